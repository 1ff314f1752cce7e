"""What a site asks of its profiles now: the live definitions, and those being prepared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from personalization.features.models import Feature
from personalization.segments.drafts import stability_of
from personalization.segments.models import Segment, SegmentRevision
from personalization.sites.models import Generation, Publication
from rules import definitions, parser
from rules.conditions import Condition, Measure
from rules.definitions import Definitions, Stability
from rules.scopes import Scope

_loaded: dict[int, tuple[tuple[object, ...], Definitions]] = {}


def load(site_id: int) -> Definitions:
    """Return the definitions a batch folds with: live, and beside them all that is preparing."""
    preparing = tuple(
        Publication.objects.filter(site_id=site_id, state=Publication.State.PREPARING)
        .order_by("id")
        .values_list("kind", "revision_id")
    )
    number = Generation.objects.values_list("number", flat=True).filter(site_id=site_id).first()
    stamp = (number, preparing)
    held = _loaded.get(site_id)
    if held is None or held[0] != stamp:
        held = _loaded[site_id] = (stamp, _compose(site_id, preparing))
    return held[1]


def _compose(site_id: int, preparing: tuple[tuple[str, int], ...]) -> Definitions:
    found = live(site_id)
    for kind, revision_id in preparing:
        if kind == "segment":
            found = definitions.union(found, live(site_id, replacing=revision_id))
    return found


def live(site_id: int, replacing: int | None = None) -> Definitions:
    """Return the live definitions, or what they would be with one more revision in force."""
    revisions = {
        revision.segment_id: revision
        for revision in SegmentRevision.objects.filter(
            segment__site_id=site_id, pk__in=Segment.objects.filter(site_id=site_id).values("live")
        ).select_related("segment")
    }
    if replacing is not None:
        revision = SegmentRevision.objects.select_related("segment").get(pk=replacing)
        revisions[revision.segment_id] = revision
    segments = {r.segment.slug: _segment(r.condition, r.stability) for r in revisions.values()}
    features = dict(Feature.objects.filter(site_id=site_id).values_list("name", "measure"))
    return build(segments, features)


def build(
    segments: Mapping[str, tuple[Condition, Stability]],
    features: Mapping[str, Any],
) -> Definitions:
    """Compile segments and features; raises InvalidError for unknown names and circles."""
    measures: dict[str, Measure] = {
        name: parser.parse_measure(measure) for name, measure in features.items()
    }
    return definitions.build(segments, measures)


def _segment(condition: Any, stability: Mapping[str, Any]) -> tuple[Condition, Stability]:
    return parser.parse(condition, scope=Scope.SEGMENT), stability_of(stability)
