"""Publishing in two phases: prepare (compile, check, back-fill), then flip one row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from personalization.content.models import VariantRevision
from personalization.decisions.models import MatrixRevision
from personalization.features.models import ProfileState
from personalization.flows import definitions, refolding
from personalization.plant.clock import Clock, system
from personalization.push import outbox
from personalization.segments.models import Definition, Segment, SegmentRevision
from personalization.sites import audit
from personalization.sites.models import Generation, Publication

SLICE = 200
"""So many profiles are brought up to date in one transaction."""

AT_ONCE = 400
"""A site with no more profiles than this is prepared in the call that publishes."""


def publish_segment(revision_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish a segment's revision; raises InvalidError when it does not fit the others."""
    revision = SegmentRevision.objects.select_related("segment").get(pk=revision_id)
    site = revision.segment.site_id
    found = definitions.live(site, replacing=revision_id)
    publication = _begin(site, "segment", revision.segment_id, revision_id, actor, clock)
    stale = _stale(site, found.digest)
    Publication.objects.filter(pk=publication.pk).update(total=stale.count())
    if stale[: AT_ONCE + 1].count() <= AT_ONCE:
        prepare(publication, clock)
    publication.refresh_from_db()
    return publication


def publish_matrix(revision_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish a matrix's revision; it needs no back-fill and flips at once."""
    revision = MatrixRevision.objects.select_related("matrix__slot").get(pk=revision_id)
    slot = revision.matrix.slot
    publication = _begin(slot.site_id, "matrix", revision.matrix_id, revision_id, actor, clock)
    return flip(publication, clock)


def publish_variant(revision_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish a variant's revision in its locale; it flips at once."""
    revision = VariantRevision.objects.select_related("variant__slot").get(pk=revision_id)
    slot = revision.variant.slot
    publication = _begin(slot.site_id, "variant", revision.variant_id, revision_id, actor, clock)
    return flip(publication, clock)


def publish_features(site_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish what changed in features, slots, attributes or keys: a new generation."""
    definitions.live(site_id)
    return flip(_begin(site_id, "features", 0, 0, actor, clock), clock)


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


def prepare(publication: Publication, clock: Clock, until: Callable[[], bool] = bool) -> bool:
    """Back-fill until no profile is older than what is preparing, then flip; True when live.

    ``until`` is asked between slices and stops the work, which goes on in a later call.
    """
    site = publication.site_id
    while True:
        stale = list(
            _stale(site, definitions.load(site).digest).values_list("pk", flat=True)[:SLICE]
        )
        if not stale:
            break
        refolding.refold(site, stale, "publish", clock)
        Publication.objects.filter(pk=publication.pk).update(done=_more(publication, len(stale)))
        if until() or _is_over(publication):
            return False
    return flip(publication, clock).state == Publication.State.LIVE


def cancel(publication: Publication, clock: Clock) -> None:
    """Stop a publication that is preparing; nothing of it goes live."""
    Publication.objects.filter(pk=publication.pk, state=Publication.State.PREPARING).update(
        state=Publication.State.CANCELLED, ended_at=clock.now()
    )


def flip(publication: Publication, clock: Clock) -> Publication:
    """Put the prepared revision in force: one row, in one transaction, for every process."""
    with transaction.atomic():
        generation = Generation.objects.select_for_update().get(site_id=publication.site_id)
        if _is_over(publication):
            return publication
        if publication.kind == "segment":
            _catch_up(publication, clock)
        effect = FLIPS[publication.kind](publication)
        generation.number += 1
        generation.flipped_at = clock.now()
        generation.save()
        _end(publication, generation, effect, clock)
    return publication


def _begin(
    site: int, kind: str, object_id: int, revision: int, actor: str, clock: Clock
) -> Publication:
    Generation.objects.get_or_create(site_id=site)
    return Publication.objects.create(
        site_id=site,
        kind=kind,
        object_id=object_id,
        revision_id=revision,
        asked_by=actor,
        started_at=clock.now(),
    )


def _stale(site: int, digest: str) -> Any:
    return ProfileState.objects.filter(site_id=site).exclude(digest=digest)


def _more(publication: Publication, by: int) -> int:
    publication.done += by
    return publication.done


def _is_over(publication: Publication) -> bool:
    publication.refresh_from_db(fields=["state"])
    return publication.state != Publication.State.PREPARING


def _catch_up(publication: Publication, clock: Clock) -> None:
    """Refold what a batch that began before the preparation still wrote; none can begin now."""
    site = publication.site_id
    stale = list(_stale(site, definitions.load(site).digest).values_list("pk", flat=True))
    if stale:
        refolding.refold(site, stale, "publish", clock)


def _end(publication: Publication, generation: Generation, effect: str, clock: Clock) -> None:
    site, actor = publication.site_id, publication.asked_by
    publication.state, publication.ended_at = Publication.State.LIVE, clock.now()
    publication.generation = generation.number
    publication.save()
    if publication.kind == "segment":
        _name_keys(publication, generation.number)
    data = {"generation": generation.number, "kind": publication.kind, "id": publication.object_id}
    letter = {"generation": generation.number, "effects": [[effect, data]]}
    outbox.write(site, "generation", "", letter, clock.now())
    audit.record(site, actor, "publish", (publication.kind, publication.object_id), data)


def _name_keys(publication: Publication, number: int) -> None:
    """Remember which revision each definition's key stands for."""
    site = publication.site_id
    keys = definitions.live(site).segments
    rows = [
        Definition(key=keys[slug], site_id=site, revision_id=live, generation=number)
        for slug, live in Segment.objects.filter(site_id=site, live__isnull=False).values_list(
            "slug", "live_id"
        )
    ]
    Definition.objects.bulk_create(rows, ignore_conflicts=True)


def _flip_segment(publication: Publication) -> str:
    revision = SegmentRevision.objects.get(pk=publication.revision_id)
    _retire(SegmentRevision, segment_id=revision.segment_id)
    _enliven(revision)
    Segment.objects.filter(pk=revision.segment_id).update(live=revision)
    return "segment.changed"


def _flip_matrix(publication: Publication) -> str:
    revision = MatrixRevision.objects.get(pk=publication.revision_id)
    _retire(MatrixRevision, matrix_id=revision.matrix_id)
    _enliven(revision)
    type(revision.matrix).objects.filter(pk=revision.matrix_id).update(live=revision)
    return "slot.changed"


def _flip_variant(publication: Publication) -> str:
    revision = VariantRevision.objects.get(pk=publication.revision_id)
    _retire(VariantRevision, variant_id=revision.variant_id, locale=revision.locale)
    _enliven(revision)
    return "variant.published"


def _flip_features(_: Publication) -> str:
    return "slot.changed"


FLIPS: dict[str, Callable[[Publication], str]] = {
    "segment": _flip_segment,
    "matrix": _flip_matrix,
    "variant": _flip_variant,
    "features": _flip_features,
}
"""What each kind of publication puts in force, and what site-wide listeners hear of it."""


def _retire(kind: Any, **where: object) -> None:
    kind.objects.filter(status="live", **where).update(status="retired")


def _enliven(revision: Any) -> None:
    revision.status, revision.published_at = "live", timezone.now()
    revision.save(update_fields=["status", "published_at"])
