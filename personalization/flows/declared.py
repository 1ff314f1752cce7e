"""What a site's editors declared, as the language reads it: segments in force, and features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from personalization.features import declaration
from personalization.segments.drafts import stability_of
from personalization.segments.models import Segment, SegmentRevision
from rules import parser
from rules.conditions import Condition, Measure
from rules.scopes import Scope
from rules.stability import Stability


def segments(
    site_id: int, replacing: int | None = None, also: Iterable[int] = (), without: int | None = None
) -> dict[str, tuple[Condition, Stability]]:
    """Return the segments in force by slug, or with more revisions in force, or without one."""
    revisions = {
        revision.segment_id: revision
        for revision in SegmentRevision.objects.filter(
            segment__site_id=site_id, pk__in=Segment.objects.filter(site_id=site_id).values("live")
        ).select_related("segment")
    }
    more = [*also] if replacing is None else [*also, replacing]
    if more:
        found = SegmentRevision.objects.select_related("segment").in_bulk(more)
        revisions |= {found[pk].segment_id: found[pk] for pk in more}
    revisions = {of: revision for of, revision in revisions.items() if revision.pk != without}
    return {r.segment.slug: _segment(r.condition, r.stability) for r in revisions.values()}


def features(site_id: int, revision_id: int | None = None) -> dict[str, Measure]:
    """Return the features in force by name, or those of a set that is not."""
    return measured(declaration.in_force(site_id, revision_id))


def measured(features: Mapping[str, Any]) -> dict[str, Measure]:
    """Return features parsed; raises InvalidError."""
    return {name: parser.parse_measure(measure) for name, measure in features.items()}


def _segment(condition: Any, stability: Mapping[str, Any]) -> tuple[Condition, Stability]:
    return parser.parse(condition, scope=Scope.SEGMENT), stability_of(stability)
