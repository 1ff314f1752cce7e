"""Preparing a publication: every profile is back-filled beside the live state, in small steps."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import F

from personalization.features.models import ProfileState
from personalization.flows import definitions, refolding
from personalization.flows.flipping import flip, is_over
from personalization.plant.clock import Clock
from personalization.sites.models import Publication

SLICE = 200
"""So many profiles are brought up to date in one transaction."""

AT_ONCE = 400
"""A site with no more profiles than this is prepared in the call that publishes."""


def begin(publication: Publication, digest: str, clock: Clock) -> None:
    """Prepare a small site at once; a larger one is left to the worker's loop."""
    stale = ProfileState.objects.filter(site_id=publication.site_id).exclude(digest=digest)
    Publication.objects.filter(pk=publication.pk).update(total=stale.count())
    if stale[: AT_ONCE + 1].count() <= AT_ONCE:
        prepare(publication, clock)


def prepare(publication: Publication, clock: Clock, until: Callable[[], bool] = bool) -> bool:
    """Back-fill until no profile is older than what is preparing, then flip; True when live.

    ``until`` is asked between slices and stops the work, which goes on in a later call.
    """
    site = publication.site_id
    while True:
        stale = refolding.stale(site, definitions.load(site).digest, SLICE)
        if not stale:
            break
        refolding.refold(site, stale, "publish", clock)
        Publication.objects.filter(pk=publication.pk).update(done=F("done") + len(stale))
        if until() or is_over(publication):
            return False
    return flip(publication, clock).state == Publication.State.LIVE
