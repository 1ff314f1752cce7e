"""Putting a revision in force, a kind of thing at a time; each says what listeners hear of it."""

from __future__ import annotations

from collections.abc import Callable

from personalization.content import slots
from personalization.content.models import SlotRevision, VariantRevision
from personalization.decisions.models import Matrix, MatrixRevision
from personalization.features.models import FeatureSet
from personalization.flows import awaiting, standing
from personalization.plant.clock import Clock
from personalization.segments import sets
from personalization.segments.models import (
    Segment,
    SegmentRevision,
    SegmentSetRevision,
    StageRulesRevision,
    TriggerRevision,
)
from personalization.sites.models import Publication


def _segment(publication: Publication, clock: Clock) -> str:
    standing.put(SegmentRevision.objects.get(pk=publication.revision_id), "segment", clock)
    return "segment.changed"


def _set(publication: Publication, clock: Clock) -> str:
    revision = SegmentSetRevision.objects.get(pk=publication.revision_id)
    standing.put(revision, "set", clock)
    sets.furnish(revision)
    return "segment.changed"


def _matrix(publication: Publication, clock: Clock) -> str:
    standing.put(MatrixRevision.objects.get(pk=publication.revision_id), "matrix", clock)
    return "slot.changed"


def _retired(publication: Publication, _: Clock) -> str:
    row, effect = OUT[publication.kind]
    standing.out(row, publication.object_id)
    return effect


def _variant(publication: Publication, clock: Clock) -> str:
    revision = VariantRevision.objects.get(pk=publication.revision_id)
    standing.retire(VariantRevision, variant_id=revision.variant_id, locale=revision.locale)
    standing.enliven(revision, clock)
    return "variant.published"


def _variant_retired(publication: Publication, _: Clock) -> str:
    standing.retire(VariantRevision, pk=publication.revision_id)
    return "variant.unpublished"


def _slot(publication: Publication, clock: Clock) -> str:
    slots.enforce(revision := SlotRevision.objects.get(pk=publication.revision_id))
    standing.put(revision, "slot", clock)
    return "slot.changed"


def _stages(publication: Publication, clock: Clock) -> str:
    standing.put(StageRulesRevision.objects.get(pk=publication.revision_id), "rules", clock)
    awaiting.everybody(publication.site_id, clock.now())
    return "segment.changed"


def _trigger(publication: Publication, clock: Clock) -> str:
    standing.put(TriggerRevision.objects.get(pk=publication.revision_id), "trigger", clock)
    return "trigger.changed"


def _features(publication: Publication, clock: Clock) -> str:
    if publication.revision_id:
        revision = FeatureSet.objects.get(pk=publication.revision_id)
        standing.retire(FeatureSet, site_id=publication.site_id)
        standing.enliven(revision, clock)
    return "slot.changed"


OUT = {"segment_retired": (Segment, "segment.changed"), "matrix_retired": (Matrix, "slot.changed")}

ENFORCED: dict[str, Callable[[Publication, Clock], str]] = {
    "segment": _segment,
    "set": _set,
    "stages": _stages,
    "matrix": _matrix,
    "segment_retired": _retired,
    "matrix_retired": _retired,
    "slot": _slot,
    "variant": _variant,
    "variant_retired": _variant_retired,
    "trigger": _trigger,
    "features": _features,
}
"""What each kind of publication puts in force, and what site-wide listeners hear of it."""
