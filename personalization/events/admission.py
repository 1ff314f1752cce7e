"""Admission: parcels of many calls become one commit, and nobody is told yes before it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import psycopg
from psycopg import AsyncConnection

from personalization.events import packing
from personalization.events.backlog import Backlog
from personalization.events.parcel import Parcel, Word
from personalization.plant.clock import Clock

log = logging.getLogger(__name__)
SLOTS = 64
"""Counters are spread over so many rows: a process adds to one of its own."""
HELD = 64 * 1024 * 1024
"""Bytes that may wait in memory; more is refused, so that memory stays flat."""
GROUP = 1024 * 1024
"""Bytes one commit takes: while it runs, the calls of the one before send their next."""
DEADLINE = 10.0
"""Seconds a commit may take before PostgreSQL counts as gone."""
BACKOFF = (0.1, 5.0)
"""Seconds between attempts to reconnect: the first, and the longest."""
DEBOUNCE = 0.005
"""Seconds in which several commits give the workers one hint."""

Also = Callable[[AsyncConnection[Any], Sequence[Word]], Awaitable[None]]
Hint = Callable[[str], None]
Call = tuple[Parcel, asyncio.Future[None]]


class Overloaded(Exception):  # noqa: N818 - an answer, not a programming error
    """More than we take in at present: come again after so many seconds."""

    retry_after = 2


class Unavailable(Exception):  # noqa: N818 - likewise
    """PostgreSQL does not answer: nothing was acknowledged."""

    retry_after = 1


class Admission:
    """One per process: takes parcels, commits them in groups over a connection of its own.

    ``also`` writes what the words of consent in the parcels cause, in the same transaction.
    ``hint`` is called on the event loop after a commit, with the lane, and must not block.
    """

    def __init__(
        self, url: str, clock: Clock, also: Also, limits: dict[str, float] | None = None
    ) -> None:
        self.url, self.also = url, also
        self.backlog = Backlog(clock, limits)
        self.hint: Hint | None = None
        self.held = 0
        self._slot = secrets.randbelow(SLOTS)
        self._waiting: deque[Call] = deque()
        self._connection: AsyncConnection[Any] | None = None
        self._worker: asyncio.Task[None] | None = None
        self._hinted: set[str] = set()
        self._failures = 0
        self._down_until = 0.0

    def check(self, lane: str) -> None:
        """Raise where a lane takes nothing at present: asked before a body is even read."""
        if self.backlog.due():
            self._wake()
        if self.backlog.over(lane) or self.held > HELD:
            raise Overloaded
        if asyncio.get_running_loop().time() < self._down_until:
            raise Unavailable

    async def admit(self, parcel: Parcel, *, urgent: bool = False) -> None:
        """Return when the parcel is committed; raise when it is not (it may be sent again).

        An urgent one is taken in whatever waits.
        """
        if not urgent:
            self.check(parcel.lane)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.held += parcel.size
        self._waiting.append((parcel, done))
        self._wake()
        await asyncio.shield(done)

    async def close(self) -> None:
        """Finish what is waiting and leave PostgreSQL."""
        if self._worker:
            await self._worker
        await self._disconnect()

    def _wake(self) -> None:
        if self._worker is None or self._worker.done():
            self._worker = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        """Commit group after group while calls wait; the next group gathers during a commit."""
        while True:
            while self._waiting:
                await self._settle(self._group())
            down = asyncio.get_running_loop().time() < self._down_until
            if down or not self.backlog.due():
                return
            with contextlib.suppress(Unavailable):
                await self._attempt(self.backlog.look)

    def _group(self) -> list[Call]:
        group: list[Call] = []
        size = 0
        while self._waiting and (not group or size + self._waiting[0][0].size <= GROUP):
            size += self._waiting[0][0].size
            group.append(self._waiting.popleft())
        return group

    async def _settle(self, group: list[Call]) -> None:
        """Commit a group and tell its calls; where the data is at fault, each call stands alone."""
        parcels = [parcel for parcel, _ in group]
        outcome: Exception | None = None
        try:
            await self._attempt(lambda connection: self._commit(connection, parcels))
        except (psycopg.DataError, psycopg.IntegrityError):
            if len(group) > 1:
                for one in group:
                    await self._settle([one])
                return
            outcome = Unavailable()
        except Unavailable as error:
            outcome = error
        except Exception:
            log.exception("A group of calls was not stored")
            outcome = Unavailable()
        self.held -= sum(parcel.size for parcel in parcels)
        for _, done in group:
            _tell(done, outcome)
        if outcome is None:
            self._hint({parcel.lane for parcel in parcels})

    async def _attempt(self, act: Callable[[AsyncConnection[Any]], Awaitable[None]]) -> None:
        """Act on a connection; a broken one is replaced once.

        Doing it twice does no harm: the same lines have the same message ids, and count once.
        """
        for last in (self._connection is None, True):
            try:
                async with asyncio.timeout(DEADLINE):
                    await act(await self._connected())
            except (psycopg.DataError, psycopg.IntegrityError):
                raise
            except (psycopg.Error, OSError, TimeoutError):
                await self._disconnect()
                if last:
                    self._back_off()
                    raise Unavailable from None
            else:
                self._failures = 0
                return

    async def _commit(self, connection: AsyncConnection[Any], parcels: Sequence[Parcel]) -> None:
        words = [word for parcel in parcels for word in parcel.words]
        async with connection.pipeline(), connection.transaction():
            await packing.store(connection, parcels, self._slot)
            if words:
                await self.also(connection, words)

    async def _connected(self) -> AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await AsyncConnection.connect(
                self.url, autocommit=True, connect_timeout=5, application_name="admission"
            )
            await self._connection.execute("SET synchronous_commit = on")
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    def _back_off(self) -> None:
        pause = min(BACKOFF[0] * 2**self._failures, BACKOFF[1])
        self._failures = min(self._failures + 1, 10)
        self._down_until = asyncio.get_running_loop().time() + pause

    def _hint(self, lanes: set[str]) -> None:
        for lane in lanes - self._hinted if self.hint else ():
            self._hinted.add(lane)
            asyncio.get_running_loop().call_later(DEBOUNCE, self._fire, lane)

    def _fire(self, lane: str) -> None:
        self._hinted.discard(lane)
        if self.hint:
            self.hint(lane)


def _tell(done: asyncio.Future[None], outcome: Exception | None) -> None:
    if done.done():
        return
    if outcome is None:
        done.set_result(None)
    else:
        done.set_exception(outcome)
