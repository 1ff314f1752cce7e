"""What was in force at a generation: the blueprint of a site as its publications had made it."""

from __future__ import annotations

from typing import Any

from django.db.models import Max

from personalization.decisions.models import Matrix, MatrixRevision
from personalization.features.models import FeatureSet
from personalization.flows import blueprint
from personalization.plant import sql
from personalization.segments.models import (
    Segment,
    SegmentRevision,
    SegmentSet,
    SegmentSetRevision,
)
from personalization.sites.models import Publication

LIVE = Publication.State.LIVE


def generation_at(site_id: int, instant: int) -> int | None:
    """Return the generation in force at an instant, ``None`` before the first publication."""
    rows = Publication.objects.filter(site_id=site_id, state=LIVE, ended_at__lte=instant)
    found: int | None = rows.aggregate(newest=Max("generation"))["newest"]
    return found


def source(site_id: int, generation: int | None = None) -> dict[str, Any]:
    """Return a site's blueprint with the segments, sets and features of a generation in it.

    Without one it is that of now. Slots and their contents are as they are now.
    """
    [(found,)] = sql.rows(blueprint.ROWS, [site_id])
    if generation is not None and generation < found["generation"]:
        found["segments"] = _segments(site_id, generation)
        found["sets"] = _sets(site_id, generation)
        features = feature_set(site_id, generation)
        found["features"] = features.declared if features else {}
        found["hierarchies"] = features.hierarchies if features else {}
    return dict(found)


def matrix(site_id: int, slot: str, generation: int) -> MatrixRevision | None:
    """Return the revision of a slot's matrix that was in force at a generation."""
    held = Matrix.objects.filter(slot__site_id=site_id, slot__key=slot).first()
    if held is None:
        return None
    revision = _in_force(site_id, "matrix", generation, {held.pk: held.live_id})[held.pk]
    return MatrixRevision.objects.filter(pk=revision).first() if revision else None


def feature_set(site_id: int, generation: int) -> FeatureSet | None:
    """Return the set of features that was in force at a generation."""
    rows = Publication.objects.filter(site_id=site_id, kind="features", state=LIVE)
    rows = rows.exclude(revision_id=0)
    newest = rows.filter(generation__lte=generation).order_by("-generation").first()
    if newest is not None:
        return FeatureSet.objects.filter(pk=newest.revision_id).first()
    sets = FeatureSet.objects.filter(site_id=site_id, status=FeatureSet.Status.LIVE)
    return None if rows.exists() else sets.first()


def _segments(site_id: int, generation: int) -> list[list[Any]]:
    rows = Segment.objects.filter(site_id=site_id, part_of=None)
    wanted = _in_force(site_id, "segment", generation, dict(rows.values_list("pk", "live")))
    found = SegmentRevision.objects.select_related("segment").filter(pk__in=_some(wanted))
    return [
        [row.segment.slug, row.condition, row.stability, row.segment.visible]
        for row in found.order_by("segment_id")
    ]


def _sets(site_id: int, generation: int) -> list[list[Any]]:
    rows = SegmentSet.objects.filter(site_id=site_id)
    wanted = _in_force(site_id, "set", generation, dict(rows.values_list("pk", "live")))
    found = SegmentSetRevision.objects.select_related("set").filter(pk__in=_some(wanted))
    return [[row.set.slug, row.document, row.stability, []] for row in found.order_by("set_id")]


def _some(wanted: dict[int, int | None]) -> list[int]:
    return [revision for revision in wanted.values() if revision is not None]


def _in_force(
    site_id: int, kind: str, generation: int, now: dict[int, int | None]
) -> dict[int, int | None]:
    """Return the revision of each thing at a generation; what no publication tells of, as now."""
    kinds = (kind, f"{kind}_retired")
    rows = Publication.objects.filter(site_id=site_id, kind__in=kinds, state=LIVE)
    told: dict[int, int | None] = {}
    for row in rows.order_by("generation"):
        told.setdefault(row.object_id, None)
        if row.generation is not None and row.generation <= generation:
            told[row.object_id] = row.revision_id if row.kind == kind else None
    return {**now, **told}
