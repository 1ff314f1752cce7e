"""The code's own words as a page shows them: what was done, to what kind of thing, and why."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
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
REASONS = {
    "TARGETING_MATCH": _("a row is true"),
    "SPLIT": _("a row is true, for a share of people"),
    "DEFAULT": _("no row is true: the fallback"),
    "DISABLED": _("the slot is switched off"),
    "ERROR": _("deciding failed: the fallback"),
}
"""Why a slot shows what it shows, by the word of the wire."""
NAMED = {
    **REASONS,
    # what a delivery died of
    "timeout": _("no answer in time"),
    "forbidden": _("an address that may not be called"),
    "tls": _("no trusted connection"),
    "unreachable": _("nobody answers there"),
    "nonsense": _("an answer that cannot be read"),
    "not_permitted": _("no longer permitted"),
    "unworkable": _("could not be tried"),
    "no_carrier": _("of a kind that nothing sends"),
    # what waits in the outbox
    "profiles": _("changed profiles"),
    "gone": _("gone for good"),
    "news": _("news for webhooks"),
    "import": _("imports"),
    # what a value is
    "string": _("text"),
    "number": _("number"),
    "boolean": _("yes or no"),
    "datetime": _("date and time"),
    "ip": _("network address"),
    "location": _("place"),
    # who somebody is, and who said so
    "anonymous": _("visitor without a name"),
    "user": _("known user"),
    "server": _("the site's server"),
    "browser": _("the visitor's browser"),
    "logistic_regression": _("logistic regression"),
}
"""What the code calls otherwise than people do, in any language."""
POLICIES = {
    "first": _("first: the first row that is true"),
    "unique": _("unique: one row at most may be true"),
    "priority": _("priority: the true row with the highest"),
    "any": _("any: several, if they show the same"),
    "collect": _("collect: all that are true"),
    "rule_order": _("rule order: all, in their order"),
    "output_order": _("output order: all, the highest first"),
}
"""What each hit policy of a matrix means."""
WORDS = frozenset(
    (
        *ACTIONS, *CAUSES, *KINDS, *RUNS, *STATES, *VERBS, *(ERROR, WARNING, NOTE),
        *(f"{kind}{RETIRED}" for kind in _RETIRABLE),
        *("entered", "exited", "claimed", "verified"),
    )
)  # fmt: skip


def worded(code: str) -> str:
    """Return a word of the code in the reader's language; one that is none of ours as it is."""
    if code in NAMED:
        return str(NAMED[code])
    return pgettext(CONTEXT, code) if code in WORDS else code
