"""What people saw day by day: a slot under two matrices, or membership under two conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from personalization.decisions import verdict
from personalization.decisions.current import Compiled
from personalization.features.known import Permitted, Request
from personalization.flows import decision, refolding, timetravel
from personalization.flows.calendar import NOTHING, Days, Seen
from personalization.flows.decision import Visitor
from personalization.profiles.models import Identity
from rules.definitions import Definitions
from rules.fold import fold
from rules.state import Event, Move, State

NOBODY = Request({}, {})
"""No request: its context is unknown to every row that asks for it."""
INSIDE, OUTSIDE = "in", "out"


class Slot(NamedTuple):
    """A slot under the matrix that is live and under another; the other's site asks for both."""

    live: Compiled
    draft: Compiled
    slot: str

    def people(
        self, profiles: Sequence[str], stories: Mapping[str, list[Event]], days: Days
    ) -> Iterator[tuple[str, list[Seen]]]:
        """Yield for each person what they saw at the last thing they did on each day."""
        said = refolding.consents(profiles)
        rows = Identity.objects.filter(pk__in=profiles).values_list("pk", "value")
        units = {pk.hex: value for pk, value in rows}
        for profile in profiles:
            permits = Permitted(self.draft.asked.policy, (said.get(profile, {}),), gpc=False)
            unit = units.get(profile, profile)
            yield profile, list(self._days(stories.get(profile, []), unit, permits, days))

    def _days(
        self, events: Sequence[Event], unit: str, permits: Permitted, days: Days
    ) -> Iterator[Seen]:
        asked, state = self.draft.asked.definitions, State()
        for day, group in groupby(events, key=lambda event: days.of(event.at)):
            done = list(group)
            at = done[-1].at
            state = fold(state, done, asked, at, reuse=True)
            if day >= 0:
                sides = (self._shown(site, state, unit, permits, at) for site in self[:2])
                yield Seen(day, *sides)

    def _shown(self, site: Compiled, state: State, unit: str, permits: Permitted, at: int) -> str:
        visitor = Visitor(site, None, unit, site.chain("", lambda _, own: (own, "")), NOBODY)
        told = timetravel.known(visitor, state, permits, at)
        [(_, shown)] = decision.decide(visitor, [self.slot], told)
        tried = shown["experiment"]
        return verdict.experiment(tried) if tried else shown["variant"] or NOTHING


class Members(NamedTuple):
    """A segment by the condition that is live, if one is, and by another."""

    asked: Definitions
    live: str
    draft: str

    def people(
        self, profiles: Sequence[str], stories: Mapping[str, list[Event]], days: Days
    ) -> Iterator[tuple[str, list[Seen]]]:
        """Yield for each person where they stood at the end of each day since they came."""
        for profile in profiles:
            events = stories.get(profile, [])
            yield profile, list(self._days(events, days)) if events else []

    def _days(self, events: Sequence[Event], days: Days) -> Iterator[Seen]:
        state = fold(None, events, self.asked, days.until)
        for day, end in enumerate(days.ends()):
            if events[0].at <= end:
                live, draft = (_place(state.moves, key, end) for key in (self.live, self.draft))
                yield Seen(day, live, draft)


def _place(moves: Sequence[Move], key: str, at: int) -> str:
    """Return whether somebody was in a segment at an instant, from their moves in order."""
    entered = [move.entered for move in moves if move.segment == key and move.effective_at <= at]
    return INSIDE if entered and entered[-1] else OUTSIDE
