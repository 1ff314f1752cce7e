"""Questions to PostgreSQL that may not hold anybody up: asked with a deadline, never waited for.

A question that is not answered in time is left to finish by itself (its connection stays busy), for
cancelling would mean waiting for a server that hangs. With every connection busy or lost, and for a
moment after a failure, the answer is ``LostError`` at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

Rows = list[tuple[Any, ...]]

WAITING = 64
"""Questions that may wait at once; one more is answered as lost."""


class LostError(Exception):
    """PostgreSQL did not answer in time."""


class RefusedError(LostError):
    """PostgreSQL is well, but does not take the values of this question."""


class Lookups:
    """A few connections for short questions, opened when they are first needed."""

    def __init__(
        self, url: str, *, size: int = 4, statement: float = 5.0, pause: float = 0.5
    ) -> None:
        self._url = url
        self._statement = int(statement * 1000)
        self._pause = pause
        self._idle: list[psycopg.AsyncConnection[Any]] = []
        self._turns = asyncio.Semaphore(size)
        self._closed_until = 0.0
        self._running: set[asyncio.Task[Rows]] = set()

    async def rows(
        self,
        query: str,
        values: Sequence[object] | Mapping[str, object] = (),
        *,
        within: float,
    ) -> Rows:
        """Return the rows, or raise ``LostError`` when there are none within so many seconds."""
        loop = asyncio.get_running_loop()
        if len(self._running) >= WAITING or loop.time() < self._closed_until:
            raise LostError
        task = loop.create_task(self._ask(query, values))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        done, _ = await asyncio.wait((task,), timeout=within)
        if not done:
            self._closed_until = loop.time() + self._pause
            task.add_done_callback(_retrieved)
            raise LostError
        try:
            return task.result()
        except psycopg.DataError as error:
            raise RefusedError(str(error)) from error
        except (psycopg.Error, OSError) as error:
            self._closed_until = loop.time() + self._pause
            raise LostError(str(error)) from error

    async def close(self) -> None:
        """Leave: unanswered questions are dropped."""
        for task in tuple(self._running):
            task.cancel()
        await self._drop()

    async def _ask(self, query: str, values: Sequence[object] | Mapping[str, object]) -> Rows:
        async with self._turns:
            connection = self._idle.pop() if self._idle else await self._connect()
            try:
                cursor = await connection.execute(query, values)
                found = await cursor.fetchall() if cursor.description else []
            except BaseException:
                self._idle.append(connection)
                await self._drop()
                raise
            self._idle.append(connection)
            return found

    async def _drop(self) -> None:
        """Close every idle connection: what ended one has ended the others too."""
        dropped, self._idle = self._idle, []
        for connection in dropped:
            with contextlib.suppress(Exception):
                await connection.close()

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        connection = await psycopg.AsyncConnection.connect(
            self._url,
            autocommit=True,
            connect_timeout=3,
            tcp_user_timeout=5000,
            application_name="personalization web",
        )
        await connection.execute(f"SET statement_timeout = {self._statement}")
        return connection


def _retrieved(task: asyncio.Task[Rows]) -> None:
    if not task.cancelled():
        task.exception()
