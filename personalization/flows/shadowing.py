"""Shadowing: drafts decide what was just decided, after the answer, and nobody ever sees it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Mapping
from random import Random

from personalization.decisions import beside
from personalization.decisions.beside import Pair
from personalization.decisions.current import Current
from personalization.flows import trials
from personalization.flows.contrasting import Trial, contrasted
from personalization.flows.decision import Told, Visitor
from personalization.plant.clock import Clock
from personalization.plant.lookups import Lookups, LostError
from personalization.plant.turning import Turning

logger = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds between two looks at which shadows run, and two writes of what they saw."""
ROOM = 20_000
"""Decisions that may wait to be made again; more are lost, and counted."""
AT_ONCE = 50
"""So many are made again before others have a turn."""
NAMED = 3
"""So many people are named for each pair in one write."""
WHOLE = 100.0


class Shadowing(Turning):
    """The shadows of one process."""

    def __init__(self, current: Current, lookups: Lookups, clock: Clock) -> None:
        self._current, self._lookups, self._clock = current, lookups, clock
        self._trials: Mapping[int, list[Trial]] = {}
        self._waiting: deque[tuple[Trial, Visitor, Told, str]] = deque()
        self._dice = Random()  # noqa: S311 -- a sample
        self.lost = 0

    def note(self, visitor: Visitor, told: Told) -> None:
        """Take a sample of the decisions that were just answered; nearly always there is none."""
        for trial in self._trials.get(visitor.site.site, ()):
            if self._dice.random() * WHOLE >= trial.told.share:
                continue
            if len(self._waiting) >= ROOM:
                self.lost += 1
                continue
            self._waiting.append((trial, visitor, told, _name(told)))

    async def stop(self) -> None:
        """End; what waits is dropped: it is a sample."""
        await super().stop()
        await self._lookups.close()

    async def look(self) -> None:
        """Make again what waits, write what was seen, and look which shadows run."""
        await self._write()
        held = (trial for each in self._trials.values() for trial in each)
        self._trials = await trials.running(self._current, self._lookups, self._clock, held)

    async def _write(self) -> None:
        seen, people = Counter[Pair](), dict[Pair, list[str]]()
        while self._waiting:
            for _ in range(min(AT_ONCE, len(self._waiting))):
                trial, visitor, told, profile = self._waiting.popleft()
                pair = contrasted(trial, visitor, told)
                if pair is None:
                    continue
                seen[pair] += 1
                named = people.setdefault(pair, [])
                if profile and profile not in named and len(named) < NAMED:
                    named.append(profile)
            await asyncio.sleep(0)
        await beside.write(self._lookups, seen, people)

    async def turn(self) -> None:
        """Look for shadows, and write what was seen."""
        while True:
            try:
                await self.look()
            except LostError:
                logger.debug("PostgreSQL does not answer; shadows wait")
            except Exception:
                logger.exception("a shadow stumbled; answers are not concerned")
            await asyncio.sleep(EVERY)


def _name(told: Told) -> str:
    """Return whose decision it was, where that may be remembered."""
    snapshot = told.seen.snapshot
    return snapshot.profile if snapshot and told.known.permitted("personalization") else ""
