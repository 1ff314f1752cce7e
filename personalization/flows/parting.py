"""Un-merge: links are taken back, or let count again, and the histories they joined fold anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.db import transaction

from personalization.features import recorder
from personalization.flows import refolding, stories
from personalization.flows import share as shares
from personalization.flows.event import Passed
from personalization.plant.clock import Clock
from personalization.profiles import identity, links
from personalization.profiles.identity import ContendedError
from personalization.sites import audit

PATIENCE = 20
"""So often it is begun again where others join the same people meanwhile."""


class Word(NamedTuple):
    """Who wants it, and why; ``barred``: the same may be said again and joins nobody."""

    actor: str
    reason: str
    barred: bool = False


def part(site: int, found: Sequence[int], word: Word, clock: Clock) -> Passed:
    """Revoke links: whoever only they joined comes apart, each with their own history.

    What is said after this instant joins again, unless ``word.barred``. Raises LookupError where
    a link is not of this site.
    """

    def change(now: int) -> None:
        links.revoke(found, word.actor, word.reason, now, barred=word.barred)

    return _change(site, found, (word, "unmerge"), change, clock)


def rejoin(site: int, found: Sequence[int], word: Word, clock: Clock) -> Passed:
    """Let revoked links count again: whoever they join comes together with their histories."""
    return _change(site, found, (word, "merge"), lambda _: links.restore(found), clock)


def _change(
    site: int,
    found: Sequence[int],
    told: tuple[Word, str],
    change: Callable[[int], None],
    clock: Clock,
) -> Passed:
    for attempt in range(PATIENCE):
        try:
            with transaction.atomic():
                return _changed(site, found, told, change, clock)
        except ContendedError:
            if attempt == PATIENCE - 1:
                raise
    raise AssertionError


def _changed(
    site: int,
    found: Sequence[int],
    told: tuple[Word, str],
    change: Callable[[int], None],
    clock: Clock,
) -> Passed:
    word, cause = told
    share = shares.of([site], clock, "import")[site]  # a correction: nobody is sent a mail for it
    near = links.reach(links.ends(site, found))
    people = identity.lock(near)
    people.near = near
    change(share.now)
    identity.bring(site, people, share.terms.trusts_claims, share.now)
    kept = recorder.load(people.joined | set(people.gone))
    recorder.level(kept)
    known = {profile: kept[profile] for profile in people.joined}
    passed = Passed()
    folded = stories.refold(share, known, dict.fromkeys(known, (cause, -1)))
    refolding.store(passed, share, folded, people)
    detail = {"reason": word.reason, "barred": word.barred, "profiles": sorted(people.joined)}
    for link in found:
        audit.record(site, word.actor, cause, ("link", link), detail)
    return passed
