"""Rebuild: profiles folded anew from their log beside the live ones, compared, or swapped in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from personalization.events import log
from personalization.features import recorder
from personalization.features.recorder import Folded, Kept
from personalization.flows import definitions, differences, histories, refolding, stories, strays
from personalization.flows import share as shares
from personalization.flows.agreement import Difference, Tell
from personalization.flows.dispatch import Dispatch
from personalization.flows.event import Passed
from personalization.flows.share import Share
from personalization.plant import runs, sql
from personalization.plant.clock import Clock
from personalization.plant.models import Run
from personalization.profiles import identity
from personalization.profiles.models import Profile
from personalization.segments import timers
from rules.state import Event

NAMED = 100  # so many differences are kept with the run; whoever asked hears of all


def rebuild(
    site_id: int, clock: Clock, tell: Tell, *, only: Iterable[UUID] = (), swap: bool = False
) -> Run:
    """Fold profiles of a site anew, a slice at a time, and tell every difference.

    Each slice is locked while it is compared, so live events go on before and after it. With
    ``swap`` the new ones are stored, and late events that were left out are taken in.
    """
    chosen = list(only)

    def work(run: Run) -> None:
        everybody = Profile.objects.filter(site_id=site_id, merged_into=None)
        run.total = len(chosen) or everybody.count()
        found: list[Difference] = []
        for part in [chosen] if chosen else histories.slices(site_id):
            found += _slice(site_id, part, clock, tell, swap=swap)
            if not runs.advance(run, len(part)):
                break
        found += [] if chosen else strays.of(site_id, clock, tell, swap=swap)
        first = [[str(part) for part in one] for one in found[:NAMED]]
        run.result = {"differences": len(found), "first": first, "swapped": swap}

    return runs.recorded("rebuild", site_id, clock, work)


def _slice(
    site: int, part: Iterable[UUID], clock: Clock, tell: Tell, *, swap: bool
) -> list[Difference]:
    passed = Passed()
    with transaction.atomic():
        share = shares.of([site], clock, "import")[site]
        asked = sql.rows(refolding.LOCK, [[profile.hex for profile in part]])
        locked = [profile for (profile,) in asked]
        if swap:
            log.take_in_late([member for _, member, _ in identity.members(locked)])
        kept = recorder.load(locked)
        told = _stories(share, kept)
        rows, live = differences.stored(locked), definitions.live(site)
        found = [
            one
            for p, row in kept.items()
            for one in differences.of(rows, row, told[p], live, share.now)
        ]
        if swap:
            timers.drop(locked)
            refolding.store(passed, share, _anew(share, kept, told))
    Dispatch(clock).send(passed)
    for one in found:
        tell(one)
    return found


def _stories(share: Share, kept: Mapping[str, Kept]) -> dict[str, list[Event]]:
    """Return every event that counts of each profile, and what was concluded in between."""
    entries, said = stories.told(dict.fromkeys(kept, -1))
    return {
        p: stories.story(share, k, (None, -1), entries.get(p), said.get(p, []))
        for p, k in kept.items()
    }


def _anew(
    share: Share, kept: Mapping[str, Kept], told: Mapping[str, Sequence[Event]]
) -> list[Folded]:
    """Fold all but those of whom nothing counts and nothing was ever stored."""
    times = (share.now, share.terms.lateness)
    return [
        recorder.again(row, (None, -1), told[p], share.definitions, times, "rebuild")
        for p, row in kept.items()
        if row.version or told[p]
    ]
