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
    StageRules,
    StageRulesRevision,
    Trigger,
    TriggerRevision,
)
from personalization.sites.models import Publication


def _segment(publication: Publication, clock: Clock) -> str:
    revision = SegmentRevision.objects.get(pk=publication.revision_id)
    _retire(SegmentRevision, segment_id=revision.segment_id)
    _enliven(revision, clock)
    Segment.objects.filter(pk=revision.segment_id).update(live=revision)
    return "segment.changed"


def _segment_retired(publication: Publication, _: Clock) -> str:
    Segment.objects.filter(pk=publication.object_id).update(live=None)
    _retire(SegmentRevision, segment_id=publication.object_id)
    return "segment.changed"


def _matrix_retired(publication: Publication, _: Clock) -> str:
    Matrix.objects.filter(pk=publication.object_id).update(live=None)
    _retire(MatrixRevision, matrix_id=publication.object_id)
    return "slot.changed"


def _matrix(publication: Publication, clock: Clock) -> str:
    revision = MatrixRevision.objects.get(pk=publication.revision_id)
    _retire(MatrixRevision, matrix_id=revision.matrix_id)
    _enliven(revision, clock)
    type(revision.matrix).objects.filter(pk=revision.matrix_id).update(live=revision)
    return "slot.changed"


def _variant(publication: Publication, clock: Clock) -> str:
    revision = VariantRevision.objects.get(pk=publication.revision_id)
    _retire(VariantRevision, variant_id=revision.variant_id, locale=revision.locale)
    _enliven(revision, clock)
    return "variant.published"


def _stages(publication: Publication, clock: Clock) -> str:
    revision = StageRulesRevision.objects.get(pk=publication.revision_id)
    _retire(StageRulesRevision, rules_id=revision.rules_id)
    _enliven(revision, clock)
    StageRules.objects.filter(pk=revision.rules_id).update(live=revision)
    awaiting.everybody(publication.site_id, clock.now())
    return "segment.changed"


def _trigger(publication: Publication, clock: Clock) -> str:
    revision = TriggerRevision.objects.get(pk=publication.revision_id)
    _retire(TriggerRevision, trigger_id=revision.trigger_id)
    _enliven(revision, clock)
    Trigger.objects.filter(pk=revision.trigger_id).update(live=revision)
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


def _retire(kind: Any, **where: object) -> None:
    kind.objects.filter(status="live", **where).update(status="retired")


def _enliven(revision: Any, clock: Clock) -> None:
    revision.status, revision.published_at = "live", to_datetime(clock.now())
    revision.save(update_fields=["status", "published_at"])
