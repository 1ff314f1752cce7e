"""Publishing in two phases: prepare (compile, check, back-fill), then flip one row."""

from __future__ import annotations

from personalization.content.models import VariantRevision
from personalization.decisions.models import MatrixRevision
from personalization.flows import definitions, fitting, leaving, preparation
from personalization.flows.flipping import flip
from personalization.plant.clock import Clock, system
from personalization.segments.models import SegmentRevision, StageRulesRevision
from personalization.sites.models import Generation, Publication


def publish_segment(revision_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish a segment's revision; raises InvalidError when it does not fit the others."""
    revision = SegmentRevision.objects.select_related("segment").get(pk=revision_id)
    site = revision.segment.site_id
    fitting.together(revision)
    found = definitions.live(site, replacing=revision_id)
    publication = begin(site, "segment", revision.segment_id, revision_id, actor, clock)
    preparation.begin(publication, found.digest, clock)
    publication.refresh_from_db()
    return publication


def publish_stages(revision_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish a revision of the stage rules; raises InvalidError where it does not fit the site."""
    revision = StageRulesRevision.objects.select_related("rules").get(pk=revision_id)
    site = revision.rules.site_id
    found = definitions.live(site, stages_as=revision_id)
    publication = begin(site, "stages", revision.rules_id, revision_id, actor, clock)
    preparation.begin(publication, found.digest, clock)
    publication.refresh_from_db()
    return publication


def publish_matrix(revision_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish a matrix's revision; it needs no back-fill and flips at once."""
    revision = MatrixRevision.objects.select_related("matrix__slot").get(pk=revision_id)
    slot = revision.matrix.slot
    fitting.check(revision, definitions.live(slot.site_id))
    publication = begin(slot.site_id, "matrix", revision.matrix_id, revision_id, actor, clock)
    return flip(publication, clock)


def publish_variant(revision_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish a variant's revision in its locale; it flips at once."""
    revision = VariantRevision.objects.select_related("variant__slot").get(pk=revision_id)
    slot = revision.variant.slot
    publication = begin(slot.site_id, "variant", revision.variant_id, revision_id, actor, clock)
    return flip(publication, clock)


def rollback_segment(
    segment_id: int, number: int, actor: str, clock: Clock = system
) -> Publication:
    """Publish an older revision of a segment again; history is never edited."""
    revision = SegmentRevision.objects.get(segment_id=segment_id, number=number)
    return publish_segment(revision.pk, actor, clock)


def rollback_matrix(matrix_id: int, number: int, actor: str, clock: Clock = system) -> Publication:
    """Publish an older revision of a matrix again."""
    revision = MatrixRevision.objects.get(matrix_id=matrix_id, number=number)
    return publish_matrix(revision.pk, actor, clock)


def rollback_variant(
    variant_id: int, number: int, actor: str, clock: Clock = system, locale: str = ""
) -> Publication:
    """Publish an older revision of a variant's locale again."""
    where = {"variant_id": variant_id, "number": number, "locale": locale}
    return publish_variant(VariantRevision.objects.get(**where).pk, actor, clock)


def begin(
    site: int, kind: str, object_id: int, revision: int, actor: str, clock: Clock
) -> Publication:
    """Write the row of a publication that is to be prepared, or flipped at once.

    What prepares of the same thing ends: the last one asked for is the one that is meant.
    """
    Generation.objects.get_or_create(site_id=site)
    earlier = Publication.objects.filter(site_id=site, kind=kind, object_id=object_id)
    for one in earlier.filter(state=Publication.State.PREPARING) if object_id else ():
        leaving.cancel(one, f"{actor} published another revision", clock)
    return Publication.objects.create(
        site_id=site,
        kind=kind,
        object_id=object_id,
        revision_id=revision,
        asked_by=actor,
        started_at=clock.now(),
    )
