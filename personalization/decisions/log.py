"""The decision log: one row for each change of an answer, written behind, its losses counted."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from personalization.plant.lookups import Lookups, LostError, RefusedError
from personalization.plant.turning import Turning

HELD = 100_000
"""Last answers remembered; one that fell out is compared with the log itself."""
ROOM = 50_000
"""Changes that may wait to be written; more are lost, and counted."""
BATCH = 2_000
EVERY = 0.5
"""Seconds between two writes."""

WRITE = """
INSERT INTO decisions_loggeddecision (site_id, profile, slot, decided_at, generation, revision,
  "row", variant, reason, values, propensity, basis)
SELECT n.site_id, n.profile, n.slot, n.decided_at, n.generation, n.revision, n."row", n.variant,
  n.reason, n.seen, 1.0, n.basis
FROM jsonb_to_recordset(%s::jsonb) AS n(site_id int, profile uuid, slot text, decided_at bigint,
  generation bigint, revision bigint, "row" text, variant text, reason text, seen jsonb, known bool,
  basis jsonb)
LEFT JOIN LATERAL (SELECT l.revision, l."row", l.variant, l.reason FROM decisions_loggeddecision l
  WHERE l.profile = n.profile AND l.slot = n.slot ORDER BY l.id DESC LIMIT 1) last ON NOT n.known
WHERE (last.revision, last."row", last.variant, last.reason)
  IS DISTINCT FROM (n.revision, n."row", n.variant, n.reason)
"""


class Entry(NamedTuple):
    """One change of the answer for a profile and slot, with the values seen."""

    site_id: int
    profile: str
    slot: str
    decided_at: int
    generation: int
    revision: int | None
    row: str | None
    variant: str | None
    reason: str
    seen: Mapping[str, object]
    known: bool
    basis: Mapping[str, object] | None = None


@dataclass
class Log(Turning):
    """The log of one process."""

    lookups: Lookups
    lost: int = 0
    written: int = 0
    _last: OrderedDict[tuple[str, str], tuple[Any, ...]] = field(default_factory=OrderedDict)
    _waiting: deque[Entry] = field(default_factory=deque)
    _most: int = BATCH

    def changed(self, profile: str, slot: str, answer: tuple[Any, ...]) -> bool | None:
        """Return ``None`` for the answer given last, else whether there was another before."""
        key = (profile, slot)
        last = self._last.get(key)
        if last == answer:
            return None
        self._last[key] = answer
        if len(self._last) > HELD:
            self._last.popitem(last=False)
        return last is not None

    def note(self, entry: Entry) -> None:
        """Take a change in, to be written soon; with no room it is lost and counted."""
        if len(self._waiting) >= ROOM:
            self.lost += 1
        else:
            self._waiting.append(entry)

    async def stop(self) -> None:
        """Write what is left, as far as the database answers, and end."""
        await super().stop()
        while self._waiting and await self.flush():
            pass
        self.lost += len(self._waiting)

    async def flush(self) -> bool:
        """Write one batch; ``False`` where PostgreSQL did not answer and the batch waits on.

        One that it refuses is taken again in smaller parts, until what cannot be stored is alone.
        """
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), self._most))]
        if not batch:
            return True
        try:
            body = orjson.dumps([entry._asdict() for entry in batch], default=str).decode()
            await self.lookups.rows(WRITE, (body,), within=5.0)
        except (TypeError, RefusedError):
            self._most = max(1, len(batch) // 2)
            if len(batch) > 1:
                self._waiting.extendleft(reversed(batch))
            self.lost += len(batch) == 1
            return True
        except LostError:
            self._waiting.extendleft(reversed(batch))
            return False
        self.written += len(batch)
        self._most = min(BATCH, self._most * 2)
        return True

    async def turn(self) -> None:
        """Write behind."""
        while True:
            await asyncio.sleep(EVERY)
            while self._waiting and await self.flush():
                pass
