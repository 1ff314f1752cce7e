"""Casting: a draft of a segment begins to run in the shadow, and ends; who asked is remembered."""

from __future__ import annotations

from django.db import transaction

from personalization.flows import definitions
from personalization.plant.clock import Clock
from personalization.segments import watching
from personalization.segments.models import SegmentRevision
from personalization.segments.shadows import SegmentShadow
from personalization.sites import audit
from rules import durations, expect

USUAL = {"share": 10, "lasts": "1d", "most": 5_000}
NAMES = tuple(USUAL)


def begin(revision: SegmentRevision, raw: object, actor: str, clock: Clock) -> SegmentShadow:
    """Start a shadow of ``{"share": 10, "lasts": "1d", "most": 5000}``, nothing of which is due.

    ``InvalidError`` for terms out of range, and for a draft that does not fit its site.
    """
    told = {**USUAL, **expect.record(raw, "", (), NAMES)}
    terms = (
        expect.number(told["share"], "/share", 0, 100),
        durations.parse(told["lasts"], "/lasts"),
        expect.whole(told["most"], "/most", 1, watching.MOST_PEOPLE),
    )
    site = revision.segment.site_id
    if revision.status == SegmentRevision.Status.DRAFT:
        definitions.live(site, replacing=revision.pk)
    with transaction.atomic():
        made = watching.begin(revision, terms, actor, clock.now())
        audit.record(site, actor, "began a shadow", revision, {"share": made.share})
    return made


def end(shadow: SegmentShadow, actor: str, clock: Clock) -> bool:
    """Stop a shadow; False where it was over."""
    stopped = watching.end(shadow, SegmentShadow.Ended.STOPPED, clock.now())
    if stopped:
        audit.record(shadow.site_id, actor, "stopped a shadow", shadow.revision)
    return stopped
