"""Profiles folded on without a new event: when their timer comes, or anew from the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction

from personalization.features import recorder
from personalization.features.recorder import Folded, Kept
from personalization.flows import announcement, settlement, stories, triggering
from personalization.flows import share as shares
from personalization.flows.event import Passed
from personalization.flows.share import Share
from personalization.plant import sql
from personalization.plant.clock import Clock
from personalization.profiles import permission
from personalization.profiles.identity import People
from personalization.segments import timers

LOCK_FREE = f"""
SELECT {sql.hexed("id")} FROM profiles_profile WHERE id = ANY(%b::text[]::uuid[]) ORDER BY id
FOR UPDATE SKIP LOCKED
"""
LOCK = LOCK_FREE.replace(" SKIP LOCKED", "")


MOST = 1_000
"""So many profiles are folded in one transaction when their timers come."""


def due(clock: Clock, limit: int = MOST) -> Passed:
    """Fold the profiles whose timer has come up to now; those in other hands come next time."""
    passed = Passed()
    for site, profiles in timers.due(clock.now(), limit).items():
        fire(site, profiles, clock, passed)
    return passed


def fire(site: int, profiles: Sequence[str], clock: Clock, passed: Passed) -> None:
    """Fold profiles up to now and set their timers anew, in one transaction."""
    with transaction.atomic():
        share = shares.of([site], clock)[site]
        locked = [profile for (profile,) in sql.rows(LOCK_FREE, [profiles])]
        kept = recorder.load(locked, share.definitions.digest)
        folded = onward(share, kept)
        store(passed, share, folded)
        still = {f.profile: f.state.next_change for f in folded}
        timers.rearm((profile, still.get(profile)) for profile in locked)


def onward(share: Share, kept: Mapping[str, Kept]) -> list[Folded]:
    """Return profiles as they are now, folded anew where these definitions ask for more."""
    folded, stale = [], {}
    for profile, row in kept.items():
        state = recorder.continues(row, share.definitions)
        if state is None:
            stale[profile] = row
        elif row.version:
            folded.append(recorder.onward(row, state, [], share.definitions, share.now))
    return folded + stories.refold(share, stale, dict.fromkeys(stale, ("publish", -1)))


def refold(site: int, profiles: Sequence[str | UUID], cause: str, clock: Clock) -> Passed:
    """Fold profiles again from their stored events and correct what does not agree."""
    wanted = [p.hex if isinstance(p, UUID) else p for p in profiles]
    passed = Passed()
    with transaction.atomic():
        share = shares.of([site], clock, "import")[site]
        locked = [profile for (profile,) in sql.rows(LOCK, [wanted])]
        kept = recorder.load(locked)
        known = {profile: row for profile, row in kept.items() if row.version}
        folded = stories.refold(share, known, dict.fromkeys(known, (cause, -1)))
        store(passed, share, folded)
    return passed


def store(passed: Passed, share: Share, folded: list[Folded], people: People | None = None) -> None:
    """Store folded profiles and announce them, in the running transaction.

    ``people`` are given where persons came together or apart: readers are told who is who.
    """
    _, moves = settlement.settle(share, [folded], people.gone if people else settlement.NOBODY)
    triggering.fire(share, people, (), folded, moves)
    said = consents(f.profile for f in folded)
    letters, snapshots = announcement.announce(share, people, folded, moves, said)
    passed.events += len(moves)
    passed.letters += letters
    passed.snapshots |= snapshots


def consents(profiles: Iterable[str]) -> dict[str, dict[str, bool]]:
    """Return the standing consent of profiles."""
    said = permission.ledger(profiles)
    return {profile: permission.standing(words) for profile, words in said.items()}
