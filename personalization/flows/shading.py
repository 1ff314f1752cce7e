"""A draft begins to decide in the shadow, where it fits its site; who asked stands in the audit."""

from __future__ import annotations

from personalization.decisions import contrast
from personalization.decisions.models import MatrixRevision
from personalization.decisions.shadows import Shadow
from personalization.flows import definitions, fitting
from personalization.plant.clock import Clock
from personalization.sites import audit
from rules import durations, expect
from rules.errors import InvalidError

USUAL = {"share": 10, "lasts": "1d", "most": 100_000}
NAMES = tuple(USUAL)


def begin(revision: MatrixRevision, raw: object, actor: str, clock: Clock) -> Shadow:
    """Start a shadow of ``{"share": 10, "lasts": "1d", "most": 100000}``, nothing of which is due.

    ``InvalidError`` for terms out of range, and for a draft that asks for what the site has not:
    events nobody counts yet are counted by publishing, or looked at by a replay.
    """
    told = {**USUAL, **expect.record(raw, "", (), NAMES)}
    site = revision.matrix.slot.site_id
    try:
        fitting.check(revision, definitions.live(site))
    except InvalidError as fault:
        raise InvalidError(f"/document{fault.at}", fault.code, fault.message) from fault
    terms = (
        expect.number(told["share"], "/share", 0, 100),
        durations.parse(told["lasts"], "/lasts"),
        expect.whole(told["most"], "/most", 1, contrast.MOST_DECISIONS),
    )
    made = contrast.begin(revision, terms, actor, clock.now())
    audit.record(site, actor, "began a shadow", revision, {"share": made.share})
    return made


def end(shadow: Shadow, actor: str, clock: Clock) -> bool:
    """Stop a shadow; False where it was over."""
    stopped = contrast.end(shadow, clock.now())
    if stopped:
        audit.record(shadow.site_id, actor, "stopped a shadow", shadow.revision)
    return stopped
