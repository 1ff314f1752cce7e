"""The flip: a site's generation grows by one, and what was prepared is in force everywhere."""

from __future__ import annotations

from django.db import transaction

from personalization.flows import backfill, definitions, fitting, leaving, refolding
from personalization.flows.enforcement import ENFORCED
from personalization.plant.clock import Clock
from personalization.push import outbox
from personalization.segments.models import Definition, Segment
from personalization.sites import audit
from personalization.sites.models import Generation, Publication
from rules.errors import InvalidError

ALL = 1_000_000
"""Nothing may be left behind at the flip, however much it is."""


def flip(publication: Publication, clock: Clock) -> Publication:
    """Put the prepared revision in force: one row, in one transaction, for every process."""
    with transaction.atomic():
        generation = Generation.objects.select_for_update().get(site_id=publication.site_id)
        if is_over(publication):
            return publication
        try:
            fitting.still(publication)
        except InvalidError as error:
            return leaving.abandon(publication, Publication.State.FAILED, str(error), clock)
        if definitions.asks(publication.kind, publication.revision_id):
            _catch_up(publication, clock)
        before = definitions.live(publication.site_id).segments
        effect = ENFORCED[publication.kind](publication, clock)
        generation.number += 1
        generation.flipped_at = clock.now()
        generation.save()
        _end(publication, generation, effect, clock)
        leaving.leave(publication, before, clock)
    return publication


def is_over(publication: Publication) -> bool:
    """Return whether somebody ended this publication meanwhile."""
    publication.refresh_from_db(fields=["state"])
    return publication.state != Publication.State.PREPARING


def _catch_up(publication: Publication, clock: Clock) -> None:
    """Refold what a batch that began before the preparation still wrote; none can begin now."""
    site = publication.site_id
    stale = backfill.behind(site, definitions.load(site).digest, ALL)
    if stale:
        backfill.bring(site, stale, clock, refolding.LOCK)


def _end(publication: Publication, generation: Generation, effect: str, clock: Clock) -> None:
    site, actor = publication.site_id, publication.asked_by
    publication.state, publication.ended_at = Publication.State.LIVE, clock.now()
    publication.generation = generation.number
    publication.save(update_fields=["state", "ended_at", "generation"])
    if definitions.asks(publication.kind, publication.revision_id):
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
