"""Publishing in two phases: prepare (compile, check, back-fill), then flip one row."""

from __future__ import annotations

from personalization.content import slots
from personalization.content.models import SlotRevision, VariantRevision
from personalization.decisions.models import MatrixRevision
from personalization.flows import definitions, fitting, preparation
from personalization.flows.beginning import PUBLISH, ROLLBACK, Thing, Way, begin
from personalization.flows.flipping import flip
from personalization.plant.clock import Clock, system
from personalization.segments.models import SegmentRevision, StageRulesRevision
from personalization.sites.models import Publication


def publish_segment(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Publish a segment's revision; raises InvalidError when it does not fit the others."""
    revision = SegmentRevision.objects.select_related("segment").get(pk=revision_id)
    site = revision.segment.site_id
    fitting.together(revision)
    found = definitions.live(site, replacing=revision_id)
    thing = Thing(site, "segment", revision.segment_id, revision_id)
    publication = begin(thing, actor, clock, way)
    preparation.begin(publication, found.digest, clock)
    publication.refresh_from_db()
    return publication


def publish_stages(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Publish a revision of the stage rules; raises InvalidError where it does not fit the site."""
    revision = StageRulesRevision.objects.select_related("rules").get(pk=revision_id)
    site = revision.rules.site_id
    found = definitions.live(site, stages_as=revision_id)
    thing = Thing(site, "stages", revision.rules_id, revision_id)
    publication = begin(thing, actor, clock, way)
    preparation.begin(publication, found.digest, clock)
    publication.refresh_from_db()
    return publication


def publish_matrix(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Publish a matrix's revision; it needs no back-fill and flips at once."""
    revision = MatrixRevision.objects.select_related("matrix__slot").get(pk=revision_id)
    slot = revision.matrix.slot
    fitting.check(revision, definitions.live(slot.site_id))
    thing = Thing(slot.site_id, "matrix", revision.matrix_id, revision_id)
    return flip(begin(thing, actor, clock, way), clock)


def publish_variant(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Publish a variant's revision in its locale; it flips at once."""
    revision = VariantRevision.objects.select_related("variant__slot").get(pk=revision_id)
    slot = revision.variant.slot
    thing = Thing(slot.site_id, "variant", revision.variant_id, revision_id)
    return flip(begin(thing, actor, clock, way), clock)


def publish_slot(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Publish a slot's revision: its fallback, swap policy and switch; it flips at once."""
    revision = SlotRevision.objects.select_related("slot").get(pk=revision_id)
    slots.fits(revision)
    thing = Thing(revision.slot.site_id, "slot", revision.slot_id, revision_id)
    return flip(begin(thing, actor, clock, way), clock)


def rollback_segment(
    segment_id: int, number: int, actor: str, clock: Clock = system
) -> Publication:
    """Publish an older revision of a segment again; history is never edited."""
    revision = SegmentRevision.objects.get(segment_id=segment_id, number=number)
    return publish_segment(revision.pk, actor, clock, ROLLBACK)


def rollback_matrix(matrix_id: int, number: int, actor: str, clock: Clock = system) -> Publication:
    """Publish an older revision of a matrix again."""
    revision = MatrixRevision.objects.get(matrix_id=matrix_id, number=number)
    return publish_matrix(revision.pk, actor, clock, ROLLBACK)


def rollback_variant(
    variant_id: int, number: int, actor: str, clock: Clock = system, locale: str = ""
) -> Publication:
    """Publish an older revision of a variant's locale again."""
    where = {"variant_id": variant_id, "number": number, "locale": locale}
    return publish_variant(VariantRevision.objects.get(**where).pk, actor, clock, ROLLBACK)
