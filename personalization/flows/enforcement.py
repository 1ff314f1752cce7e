"""Putting a revision in force, a kind of thing at a time; each says what listeners hear of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from personalization.content.models import VariantRevision
from personalization.decisions.models import Matrix, MatrixRevision
from personalization.features.models import FeatureSet
from personalization.flows import awaiting
from personalization.plant.clock import Clock
from personalization.plant.instants import to_datetime
from personalization.segments.models import (
    Segment,
    SegmentRevision,
    StageRulesRevision,
    TriggerRevision,
)
from personalization.sites.models import Publication


def _segment(publication: Publication, clock: Clock) -> str:
    _put(SegmentRevision.objects.get(pk=publication.revision_id), "segment", clock)
    return "segment.changed"


def _segment_retired(publication: Publication, _: Clock) -> str:
    _out(Segment, publication.object_id)
    return "segment.changed"


def _matrix(publication: Publication, clock: Clock) -> str:
    _put(MatrixRevision.objects.get(pk=publication.revision_id), "matrix", clock)
    return "slot.changed"


def _matrix_retired(publication: Publication, _: Clock) -> str:
    _out(Matrix, publication.object_id)
    return "slot.changed"


def _variant(publication: Publication, clock: Clock) -> str:
    revision = VariantRevision.objects.get(pk=publication.revision_id)
    _retire(VariantRevision, variant_id=revision.variant_id, locale=revision.locale)
    _enliven(revision, clock)
    return "variant.published"


def _stages(publication: Publication, clock: Clock) -> str:
    _put(StageRulesRevision.objects.get(pk=publication.revision_id), "rules", clock)
    awaiting.everybody(publication.site_id, clock.now())
    return "segment.changed"


def _trigger(publication: Publication, clock: Clock) -> str:
    _put(TriggerRevision.objects.get(pk=publication.revision_id), "trigger", clock)
    return "trigger.changed"


def _features(publication: Publication, clock: Clock) -> str:
    if publication.revision_id:
        revision = FeatureSet.objects.get(pk=publication.revision_id)
        _retire(FeatureSet, site_id=publication.site_id)
        _enliven(revision, clock)
    return "slot.changed"


ENFORCED: dict[str, Callable[[Publication, Clock], str]] = {
    "segment": _segment,
    "stages": _stages,
    "matrix": _matrix,
    "segment_retired": _segment_retired,
    "matrix_retired": _matrix_retired,
    "variant": _variant,
    "trigger": _trigger,
    "features": _features,
}
"""What each kind of publication puts in force, and what site-wide listeners hear of it."""


def _put(revision: Any, owner: str, clock: Clock) -> None:
    """Put a revision in force in the place of the one before, in what it is a revision of."""
    _out(type(row := getattr(revision, owner)), row.pk)
    _enliven(revision, clock)
    type(row).objects.filter(pk=row.pk).update(live=revision)


def _out(kind: Any, pk: int) -> None:
    kind.objects.get(pk=pk).revisions.filter(status="live").update(status="retired")
    kind.objects.filter(pk=pk).update(live=None)


def _retire(kind: Any, **where: object) -> None:
    kind.objects.filter(status="live", **where).update(status="retired")


def _enliven(revision: Any, clock: Clock) -> None:
    revision.status, revision.published_at = "live", to_datetime(clock.now())
    revision.save(update_fields=["status", "published_at"])
