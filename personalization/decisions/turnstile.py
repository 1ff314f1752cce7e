"""The turnstile: decisions counted by slot and outcome in memory, written behind every so often."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import Counter
from typing import NamedTuple

import orjson

from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.plant.lookups import Lookups, LostError
from personalization.plant.turning import Turning

logger = logging.getLogger(__name__)
SPAN = 600 * SECOND
"""So long is one span: what is counted within it is one row."""
EVERY = 5.0
"""Seconds between two writes."""
MOST = 100_000
"""Counts that may wait for a store that is away; what is more is not counted."""
OUTCOMES = {"ERROR": "error", "DEFAULT": "fallback", "DISABLED": "fallback"}
"""How a decision ended by the reason of its answer, where no row chose."""
WRITE = """
INSERT INTO decisions_given AS g (site_id, slot, at, outcome, count)
SELECT n.site_id, n.slot, n.at, n.outcome, n.count
FROM jsonb_to_recordset(%s::jsonb)
  AS n(site_id int, slot text, at bigint, outcome text, count bigint)
ORDER BY 1, 2, 3, 4
ON CONFLICT (site_id, slot, at, outcome) DO UPDATE SET count = g.count + excluded.count
"""


class Turn(NamedTuple):
    """What is counted together."""

    site_id: int
    slot: str
    at: int
    outcome: str


class Turnstile(Turning):
    """The counts of one process."""

    def __init__(self, lookups: Lookups, clock: Clock) -> None:
        self._lookups, self._clock = lookups, clock
        self._counts: Counter[Turn] = Counter()

    def note(self, site_id: int, slot: str, reason: str) -> None:
        """Count one decision."""
        now = self._clock.now()
        turn = Turn(site_id, slot, now - now % SPAN, OUTCOMES.get(reason, "chosen"))
        if turn in self._counts or len(self._counts) < MOST:
            self._counts[turn] += 1

    async def stop(self) -> None:
        """Write what is left, as far as the database answers, and end."""
        await super().stop()
        with contextlib.suppress(LostError):
            await self.flush()

    async def flush(self) -> None:
        """Write what was counted; where PostgreSQL does not answer it waits for the next time."""
        counts, self._counts = self._counts, Counter()
        told = [{**turn._asdict(), "count": count} for turn, count in counts.items()]
        if not told:
            return
        try:
            await self._lookups.rows(WRITE, (orjson.dumps(told).decode(),), within=5.0)
        except LostError:
            self._counts.update(counts)
            raise

    async def turn(self) -> None:
        """Write behind."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.flush()
            except LostError:
                logger.debug("PostgreSQL does not answer; the counts wait")
            except Exception:
                logger.exception("the turnstile stumbled; answers are not concerned")
