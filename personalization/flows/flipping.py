"""The flip: a site's generation grows by one, and what was prepared is in force everywhere."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from personalization.flows import (
    backfill,
    definitions,
    fitting,
    heralding,
    leaving,
    refolding,
    standing,
)
from personalization.flows.enforcement import ENFORCED
from personalization.plant.clock import Clock
from personalization.sites.models import Generation, Publication
from rules.errors import InvalidError

ALL = 1_000_000
"""Nothing may be left behind at the flip, however much it is."""


def flip(publication: Publication, clock: Clock) -> Publication:
    """Put a prepared revision in force."""
    together([publication], clock)
    return publication


def together(publications: Sequence[Publication], clock: Clock) -> None:
    """Put prepared revisions of a site in force: one row, in one transaction, for every process."""
    site = publications[0].site_id
    with transaction.atomic():
        generation = Generation.objects.select_for_update().get(site_id=site)
        ready = [one for one in publications if _is_ready(one, clock)]
        if not ready:
            return
        for one in ready:
            if definitions.asks(one.kind, one.revision_id):
                _catch_up(one, clock)
        before = definitions.live(site).segments
        effects = [(_enforce(one, clock), one) for one in ready]
        generation.number += 1
        generation.flipped_at = clock.now()
        generation.save()
        for one in ready:
            _end(one, generation, clock)
            standing.settle(one, clock.now())
        heralding.tell(effects, before, clock)
        leaving.leave(ready[0], before, clock)


def _is_ready(publication: Publication, clock: Clock) -> bool:
    """Return whether it is still to be put in force; what may not any more is abandoned."""
    if is_over(publication):
        return False
    try:
        standing.still(publication, clock.now())
        fitting.still(publication)
    except InvalidError as error:
        leaving.abandon(publication, Publication.State.FAILED, str(error), clock)
        return False
    return True


def _enforce(publication: Publication, clock: Clock) -> str:
    """Put one in force, remembering what it replaces; return what listeners hear of it."""
    standing.note(publication)
    return ENFORCED[publication.kind](publication, clock)


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
