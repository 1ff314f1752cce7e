"""The code's own words as a page shows them: what was done, to what kind of thing, and why."""

from __future__ import annotations

from django.utils.translation import pgettext

from rules.matrix.check.findings import ERROR, NOTE, WARNING
from rules.reviewing import STATES, VERBS

CONTEXT = "code"
ACTIONS = (
    "acknowledged", "asked for a run", "began a shadow", "began to sync", "cancelled", "changed",
    "created", "dead letter", "deleted", "drafted", "made a preview", "not published",
    "put in force", "renewed secret", "reopened", "replayed", "revoked", "settled",
    "stopped a shadow", "switched off", "tested", "uploaded",
)  # fmt: skip
"""What the audit says was done, beside the verbs of a review."""
CAUSES = ("consent", "derived", "event", "late", "merge", "publish", "timer", "unmerge")
"""Why somebody moved."""
KINDS = (
    "alarm", "attribute", "binding", "delivery", "endpoint", "entry", "feature", "features",
    "firing", "freeze", "generation", "importrun", "key", "link", "list", "matrix", "profile",
    "publication", "review", "reviewterms", "role", "segment", "segmentlist", "segmentset", "set",
    "site", "slot", "source", "stagerules", "stages", "trigger", "variant",
)  # fmt: skip
"""What something was done to."""
RETIRED = "_retired"
_RETIRABLE = ("matrix", "segment", "set", "slot", "stages", "trigger", "variant")
RUNS = ("running", "done", "failed", "cancelled", "preparing", "waiting", "ready", "fired",
        "replaced", "dead", "dropped", "published")  # fmt: skip
"""How it stands with work, a publish, a schedule or a delivery."""
WORDS = frozenset(
    (
        *ACTIONS, *CAUSES, *KINDS, *RUNS, *STATES, *VERBS, *(ERROR, WARNING, NOTE),
        *(f"{kind}{RETIRED}" for kind in _RETIRABLE),
        *("entered", "exited", "claimed", "verified"),
    )
)  # fmt: skip


def worded(code: str) -> str:
    """Return a word of the code in the reader's language; one that is none of ours as it is."""
    return pgettext(CONTEXT, code) if code in WORDS else code
