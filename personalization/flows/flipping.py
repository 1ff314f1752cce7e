"""The flip: a site's generation grows by one, and what was prepared is in force everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from personalization.flows import (
    backfill,
    definitions,
    fitting,
    leaving,
    refolding,
    standing,
    tidings,
)
from personalization.flows.enforcement import ENFORCED
from personalization.plant.clock import Clock
from personalization.push import news, outbox
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
            standing.still(publication, clock.now())
            fitting.still(publication)
        except InvalidError as error:
            return leaving.abandon(publication, Publication.State.FAILED, str(error), clock)
        if definitions.asks(publication.kind, publication.revision_id):
            _catch_up(publication, clock)
        before = definitions.live(publication.site_id).segments
        standing.note(publication)
        effect = ENFORCED[publication.kind](publication, clock)
        generation.number += 1
        generation.flipped_at = clock.now()
        generation.save()
        _end(publication, generation, clock)
        standing.settle(publication, clock.now())
        _tell(publication, effect, before, clock)
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


def _end(publication: Publication, generation: Generation, clock: Clock) -> None:
    publication.state, publication.ended_at = Publication.State.LIVE, clock.now()
    publication.generation = generation.number
    publication.save(update_fields=["state", "ended_at", "generation", "replaced"])


def _tell(publication: Publication, effect: str, before: Mapping[str, str], clock: Clock) -> None:
    """Ring the bell, write the news, and remember who did it."""
    site, number, now = publication.site_id, _number(publication), clock.now()
    after = before
    if definitions.asks(publication.kind, publication.revision_id):
        after = definitions.live(site).segments
        standing.name_keys(publication, after)
    told = {"generation": number, "kind": publication.kind, "id": publication.object_id}
    effects = [[effect, told | tidings.of(publication, before, after)]]
    outbox.write(site, "generation", "", {"generation": number, "effects": effects}, now)
    news.write(site, number, effects, now)
    named = (publication.kind, publication.object_id)
    way = {"way": publication.way, "revision": publication.revision_id}
    audit.record(site, publication.asked_by, "publish", named, told | way)


def _number(publication: Publication) -> int:
    assert publication.generation is not None
    return publication.generation
