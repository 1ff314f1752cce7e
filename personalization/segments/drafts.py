"""Drafts of segments: a new revision for every change, checked as it will be when published."""

from __future__ import annotations

from django.db import transaction

from personalization.segments.models import Segment, SegmentRevision
from personalization.sites import progress, sessions
from personalization.sites.progress import Subject
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.parser import parse
from rules.scopes import Scope
from rules.segment import parse_stability
from rules.stability import Stability


def draft(
    segment: Segment, condition: object, stability: object, author: str, note: str = ""
) -> SegmentRevision:
    """Write the next revision of a segment; ``InvalidError`` when it could not be published."""
    check(condition)
    stability_of(stability)
    apart(segment)
    with transaction.atomic():
        Segment.objects.select_for_update().get(pk=segment.pk)
        newest = segment.revisions.order_by("-number").first()
        made = segment.revisions.create(
            number=newest.number + 1 if newest else 1,
            condition=sessions.paused(segment.site_id, condition),
            stability=stability or {},
            author=author[:150],
            note=note,
        )
        progress.drafted(Subject("segment", segment.site_id, segment.pk), made)
        return made


def apart(segment: Segment) -> None:
    """Refuse a member of a set: what it says is what its set says."""
    if segment.part_of_id is not None:
        raise InvalidError(
            "", "member", f"expected a segment of its own, not one of a set: {segment}"
        )


def check(condition: object) -> Condition:
    """Return the parsed condition of a segment, or raise the ``InvalidError`` that says where."""
    return parse(condition, scope=Scope.SEGMENT)


def stability_of(document: object) -> Stability:
    """Return the stability settings of ``{"enter_after": "30m", "max_moves_per_day": 4}``."""
    return parse_stability(document)
