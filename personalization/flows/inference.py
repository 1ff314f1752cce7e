"""Inference: who changed is concluded about anew, in a process of its own and one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import NamedTuple

from django.db import transaction

from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows import definitions, refolding
from personalization.flows import share as shares
from personalization.flows.dispatch import Dispatch
from personalization.flows.event import Passed
from personalization.flows.share import Share
from personalization.plant import sql
from personalization.plant.clock import Clock
from personalization.profiles.permission import PURPOSE
from personalization.segments import conclusions
from personalization.segments.conclusions import Concluded
from personalization.segments.models import StageRules, StageRulesRevision
from rules.errors import InvalidError
from rules.facts import Facts
from rules.fold import fold
from rules.inference import document
from rules.inference.conclusions import Inferred
from rules.inference.registry import DEFAULT, Infer, SpentError, evaluators
from rules.readings import Members, Traits
from rules.state import DERIVED, Event, State

log = logging.getLogger(__name__)

SLICE = 200
"""So many profiles are concluded about in one transaction."""

EVERYBODY = """
INSERT INTO segments_awaiting (profile, site_id, since)
SELECT profile, site_id, %s FROM features_profilestate WHERE site_id = %s
ON CONFLICT (profile) DO NOTHING
"""
STALE = """
INSERT INTO segments_awaiting (profile, site_id, since)
SELECT s.profile, s.site_id, %s FROM features_profilestate s
JOIN profiles_profile p ON p.id = s.profile
LEFT JOIN segments_inferred i ON i.profile = s.profile
WHERE s.site_id = %s AND (i.version IS DISTINCT FROM s.version OR i.revision IS DISTINCT FROM %s)
ON CONFLICT (profile) DO NOTHING
"""
NOBODY = """
DELETE FROM segments_awaiting a WHERE site_id = %s
AND NOT EXISTS (SELECT 1 FROM profiles_profile p WHERE p.id = a.profile)
"""


class Mind(NamedTuple):
    """A site's rules in force, compiled for the definitions that states are folded with."""

    revision: int
    infer: Infer


@dataclass(slots=True)
class Turn:
    """What one transaction works with."""

    share: Share
    mind: Mind
    silent: frozenset[str]

    def concluded(self, state: State) -> Inferred:
        """Return what follows from a state that was folded up to now."""
        known = Traits(state.traits, self.share.definitions.types)
        members = Members(state.memberships)
        return self.mind.infer(Facts(known, members, state.windows, self.share.now))


def run(
    clock: Clock, evaluator: str = DEFAULT, until: Callable[[], bool] = bool, most: int = SLICE
) -> int:
    """Conclude about everybody who waits; return about how many. ``until`` stops between slices."""
    total, dispatch = 0, Dispatch(clock)
    for site in conclusions.awaited():
        with _trial(site, evaluator) as chosen:
            while not until() and (done := _step(site, clock, chosen, most, dispatch)):
                total += done
    return total


def _step(site: int, clock: Clock, evaluator: str, most: int, dispatch: Dispatch) -> int:
    try:
        done, passed = step(site, clock, evaluator, most)
    except SpentError as end:
        log.warning("site %s: %s; the built-in evaluator goes on", site, end)
        done, passed = step(site, clock, DEFAULT, most)
    dispatch.send(passed)
    return done


def step(site: int, clock: Clock, evaluator: str, most: int = SLICE) -> tuple[int, Passed]:
    """Conclude about the profiles that wait longest; those in other hands come another time."""
    passed = Passed()
    with transaction.atomic():
        share = shares.of([site], clock)[site]
        wanted = conclusions.first(site, most)
        locked = [profile for (profile,) in sql.rows(refolding.LOCK_FREE, [wanted])]
        if not locked:
            return 0, passed
        mind = _mind(share, evaluator)
        turn = Turn(share, mind, _silent(locked))
        kept = recorder.load(locked, share.definitions.digest)
        versions = {profile: row.version for profile, row in kept.items()}
        changed, said = [], []
        for folded in refolding.onward(share, kept):
            item, word = _judged(turn, folded)
            if word is not None:
                said.append(word)
            if word is not None or folded.since is not None:
                changed.append(item)
                versions[item.profile] = item.version
        refolding.store(passed, share, changed)
        conclusions.write(site, said, mind.revision, share.now)
        conclusions.looked_at(site, versions, mind.revision)
    return len(locked), passed


def sweep(site: int, clock: Clock) -> int:
    """Let everybody wait whose conclusions are not those of the state and the rules as they are."""
    live = StageRules.objects.filter(site_id=site).values_list("live_id", flat=True).first()
    sql.run(NOBODY, [site])
    return sql.run(STALE, [clock.now(), site, live]) if live else 0


def everybody(site: int, now: int) -> None:
    """Let all profiles of a site wait: other rules are in force."""
    sql.run(EVERYBODY, [now, site])


def _judged(turn: Turn, folded: Folded) -> tuple[Folded, Concluded | None]:
    """Return a profile as it is once its conclusions are drawn, and them where they are new."""
    try:
        found = Inferred() if folded.profile in turn.silent else turn.concluded(folded.state)
    except SpentError:
        raise
    except Exception:
        log.exception("profile %s: nothing can be concluded; it keeps what it has", folded.profile)
        return folded, None
    if repr(sorted(found.values.items())) == repr(sorted(folded.state.derived.items())):
        return folded, None
    at = folded.state.through + 1
    event = Event(at, "", DERIVED, "", {}, {}, found.values)
    share = turn.share
    state = fold(folded.state, [event], share.definitions, share.now, cause=DERIVED, reuse=True)
    moves = [*folded.moves, *state.moves]
    word = Concluded(folded.profile, at, found.values, found.because)
    return replace(folded, state=state, moves=moves), word


def _silent(profiles: list[str]) -> frozenset[str]:
    """Return the profiles of whom nothing may be concluded."""
    said = refolding.consents(profiles).items()
    return frozenset(profile for profile, words in said if words.get(PURPOSE) is False)


_minds: dict[tuple[int, str], tuple[object, Mind]] = {}


def _mind(share: Share, evaluator: str) -> Mind:
    """Return the rules in force, compiled once for as long as the definitions are the same."""
    key = (share.site, evaluator)
    held = _minds.get(key)
    if held is None or held[0] is not share.definitions:
        held = _minds[key] = (share.definitions, _compiled(share, evaluator))
    return held[1]


def _compiled(share: Share, evaluator: str) -> Mind:
    revision, program = definitions.stages(share.site)
    watched = share.definitions.watched
    asked = document.resolved(program, watched.conditions)
    try:
        return Mind(revision, evaluators[evaluator](asked, watched.keys))
    except (InvalidError, SpentError) as refusal:
        if evaluator == DEFAULT:
            raise
        log.warning("site %s: %s; the built-in evaluator does it", share.site, refusal)
        return Mind(revision, evaluators[DEFAULT](asked, watched.keys))


@contextmanager
def _trial(site: int, evaluator: str) -> Iterator[str]:
    """Give the evaluator to use: one under which a process died with these rules never again."""
    live = StageRulesRevision.objects.filter(rules__site_id=site, status="live")
    unknown = evaluator not in evaluators
    if evaluator == DEFAULT or unknown or live.filter(tried=True).exists():
        if evaluator != DEFAULT:
            reason = "it is not on offer" if unknown else "it did not come back from these rules"
            log.warning("site %s: not by %s: %s", site, evaluator, reason)
        yield DEFAULT
        return
    live.update(tried=True)
    try:
        yield evaluator
    finally:
        live.update(tried=False)
