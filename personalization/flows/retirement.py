"""Retiring: a segment, a matrix or a variant goes out of force, unless something uses it."""

from __future__ import annotations

from personalization.content.models import VariantRevision
from personalization.decisions.models import MatrixRevision
from personalization.flows import definitions, fitting, preparation
from personalization.flows.beginning import PUBLISH, Thing, Way, begin
from personalization.flows.flipping import flip
from personalization.plant.clock import Clock, system
from personalization.segments.models import SegmentRevision
from personalization.sites.models import Publication
from rules.errors import InvalidError


def retire_segment(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Put a segment out of force by its live revision; its members leave, with cause "publish".

    InvalidError names what uses it: a segment, the stage rules or a matrix that is live.
    """
    revision = SegmentRevision.objects.select_related("segment").get(pk=revision_id)
    segment = revision.segment
    fitting.unused(revision)
    found = definitions.after(segment.site_id, "segment_retired", revision_id)
    thing = Thing(segment.site_id, "segment_retired", segment.pk, revision_id)
    publication = begin(thing, actor, clock, way)
    preparation.begin(publication, found.digest, clock)
    publication.refresh_from_db()
    return publication


def retire_matrix(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Put a slot's matrix out of force by its live revision: its fallback answers from then on."""
    revision = MatrixRevision.objects.select_related("matrix__slot").get(pk=revision_id)
    if revision.matrix.live_id != revision_id:
        raise InvalidError("", "changed", "expected the revision that is in force")
    site = revision.matrix.slot.site_id
    thing = Thing(site, "matrix_retired", revision.matrix_id, revision_id)
    return flip(begin(thing, actor, clock, way), clock)


def retire_variant(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Put a variant's locale out of force by its live revision: its slot falls down its chain."""
    revision = VariantRevision.objects.select_related("variant__slot").get(pk=revision_id)
    if revision.status != VariantRevision.Status.LIVE:
        raise InvalidError("", "changed", "expected the revision that is in force")
    site = revision.variant.slot.site_id
    thing = Thing(site, "variant_retired", revision.variant_id, revision_id)
    return flip(begin(thing, actor, clock, way), clock)
