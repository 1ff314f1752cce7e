"""What a site's editors declared, as the language reads it: segments in force, and features."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from personalization.features import declaration
from personalization.segments import drafts, sets
from personalization.segments.models import (
    Segment,
    SegmentRevision,
    SegmentSet,
    SegmentSetRevision,
)
from rules import hierarchies as trees
from rules import parser
from rules.conditions import Condition, Measure
from rules.hierarchies import Hierarchies
from rules.rankings import Ranking
from rules.scopes import Scope
from rules.stability import Stability


def segments(
    site_id: int, replacing: int | None = None, also: Iterable[int] = (), without: int | None = None
) -> dict[str, tuple[Condition, Stability]]:
    """Return the segments in force by slug, or with more revisions in force, or without one."""
    revisions = {
        revision.segment_id: revision
        for revision in SegmentRevision.objects.filter(
            segment__site_id=site_id,
            segment__part_of=None,
            pk__in=Segment.objects.filter(site_id=site_id).values("live"),
        )
        .select_related("segment")
        .order_by("segment_id")
    }
    more = [*also] if replacing is None else [*also, replacing]
    if more:
        found = SegmentRevision.objects.select_related("segment").in_bulk(more)
        for pk in more:
            drafts.apart(found[pk].segment)
        revisions |= {found[pk].segment_id: found[pk] for pk in more}
    revisions = {of: revision for of, revision in revisions.items() if revision.pk != without}
    return {r.segment.slug: segment(r.condition, r.stability) for r in revisions.values()}


def rankings(site_id: int, set_as: int | None = None) -> dict[str, tuple[Ranking, Stability]]:
    """Return the sets of segments in force by slug, or with one more revision in force."""
    rows = SegmentSetRevision.objects.filter(set__site_id=site_id).select_related("set")
    live = rows.filter(pk__in=SegmentSet.objects.filter(site_id=site_id).values("live"))
    live = live.order_by("set_id")
    revisions = {revision.set_id: revision for revision in live}
    if set_as is not None:
        revision = rows.get(pk=set_as)
        revisions[revision.set_id] = revision
    return {r.set.slug: ranking(r.document, r.stability) for r in revisions.values()}


def ranking(document: Any, stability: Mapping[str, Any]) -> tuple[Ranking, Stability]:
    """Return a stored set parsed; raises InvalidError."""
    return sets.check(document), sets.stability_check(stability)


def features(site_id: int, revision_id: int | None = None) -> dict[str, Measure]:
    """Return the features in force by name, or those of a set that is not."""
    return measured(declaration.in_force(site_id, revision_id))


def hierarchies(site_id: int, revision_id: int | None = None) -> Hierarchies:
    """Return what lies below the values of attributes, in force or under a set of features."""
    return below(declaration.hierarchies(site_id, revision_id))


def below(stored: Mapping[str, Any]) -> Hierarchies:
    """Return stored hierarchies as conditions take them; raises InvalidError."""
    return {
        path: tuple(under) if isinstance(under, list) else trees.below(under)
        for path, under in stored.items()
    }


def measured(features: Mapping[str, Any]) -> dict[str, Measure]:
    """Return features parsed; raises InvalidError."""
    return {name: parser.parse_measure(measure) for name, measure in features.items()}


def segment(condition: Any, stability: Mapping[str, Any]) -> tuple[Condition, Stability]:
    """Return a stored segment parsed; raises InvalidError."""
    return parser.parse(condition, scope=Scope.SEGMENT), drafts.stability_of(stability)
