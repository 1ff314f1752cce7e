"""Preparing a publication: every profile is back-filled beside the live state, in small steps."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError
from django.db.models import F

from personalization.features.models import ProfileState
from personalization.flows import backfill, definitions, leaving, refolding
from personalization.flows.flipping import flip, is_over
from personalization.plant.clock import Clock, FixedClock
from personalization.sites.models import Publication

log = logging.getLogger(__name__)

SLICE = 200
"""So many profiles are brought up to date in one transaction."""

TURN = 1.0
"""Seconds a publication is prepared before other work has its turn."""
AT_ONCE = 400
"""A site with no more profiles than this is prepared in the call that publishes."""


def begin(publication: Publication, digest: str, clock: Clock) -> None:
    """Prepare a small site at once; a larger one, or a schedule, is left to the worker's loop."""
    stale = ProfileState.objects.filter(site_id=publication.site_id).exclude(digest=digest)
    Publication.objects.filter(pk=publication.pk).update(total=stale.count())
    scheduled = publication.way == Publication.Way.SCHEDULE  # its transaction holds the site
    if not scheduled and stale[: AT_ONCE + 1].count() <= AT_ONCE:
        prepare(publication, clock)


def advance(clock: Clock, stopping: Callable[[], bool]) -> bool:
    """Prepare the oldest publication for a while; False where none prepares.

    One that cannot be prepared ends with the reason.
    """
    preparing = Publication.objects.filter(state=Publication.State.PREPARING).order_by("id")
    publication, turn = preparing.first(), time.monotonic() + TURN
    if publication is None:
        return False
    try:
        prepare(publication, clock, lambda: stopping() or time.monotonic() > turn)
    except DatabaseError:
        raise
    except Exception as failure:
        log.exception("publication %s cannot be prepared", publication.pk)
        error = f"{type(failure).__name__}: {failure}"
        leaving.end(publication, Publication.State.FAILED, error[:2000], clock)
    return True


def prepare(publication: Publication, clock: Clock, until: Callable[[], bool] = bool) -> bool:
    """Back-fill until no profile is older than what is preparing, then flip; True when live.

    ``until`` is asked between slices and stops the work, which goes on in a later call, in whatever
    process: what is done stands in the profiles' rows.
    """
    site, last = publication.site_id, backfill.NOBODY
    while True:
        digest = definitions.load(site).digest
        part = backfill.behind(site, digest, SLICE, last)
        if not part and last == backfill.NOBODY:
            break
        last = part[-1] if part else backfill.NOBODY  # once more from the start, until none is left
        done = _fill(publication, part, clock) if part else 0
        if until() or is_over(publication) or (part and not done and _held(site, digest, part)):
            return False
    return flip(publication, clock).state == Publication.State.LIVE


def _held(site: int, digest: str, part: list[str]) -> bool:
    """Say whether the last profiles there are stay behind, since others hold them.

    They may also have been brought there by what was due for them.
    """
    return len(part) < SLICE and bool(backfill.behind(site, digest, 1))


def _fill(publication: Publication, part: list[str], clock: Clock) -> int:
    """Bring some profiles up to date, after all that is due for anybody has happened as usual.

    So nothing that time does to them is taken for the publication's doing.
    """
    moment = FixedClock(clock.now())
    while refolding.due(moment).letters:
        continue
    done = backfill.bring(publication.site_id, part, moment)
    Publication.objects.filter(pk=publication.pk).update(done=F("done") + done)
    return done
