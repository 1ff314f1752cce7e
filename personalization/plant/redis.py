"""The process's one connection to a Redis: many commands in one write, each with its deadline.

A client of the ordinary kind costs three times the request it serves; this one 10 us a command.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from math import inf
from typing import Any, cast

import hiredis

from personalization.plant.wire import (
    FIRST_DELAY,
    LAST_DELAY,
    Address,
    LateError,
    UnavailableError,
    Wire,
    dial,
)

__all__ = ["Connection", "LateError", "Script", "UnavailableError"]

Word = str | bytes | int | float
FLOOD = 20_000
STALL = 1.0
GRACE = 0.002
"""Seconds a reply may still lie unread in the socket when its deadline passes."""


class Connection:
    """Multiplexed: commands of one turn of the loop leave in one write, replies come in order.

    While it is disconnected every command fails at once; it reconnects by itself. A server that
    stays silent for ``STALL`` seconds is hung up on.

    With ``take_back`` the server is asked to tell which of the keys read here were written or are
    gone (``None``: all of them, as when the connection is lost); ``tracks`` says whether it does.
    """

    def __init__(
        self,
        url: str,
        deadline: float = 1.0,
        take_back: Callable[[Iterable[bytes] | None], None] | None = None,
    ) -> None:
        self.address = Address.of(url)
        self.deadline = deadline
        self.take_back = take_back
        self.tracks = False
        self.connected = False
        self.lost = 0
        self._wire: Wire | None = None
        self._waiting: deque[tuple[asyncio.Future[Any], asyncio.TimerHandle]] = deque()
        self._batch: list[bytes] = []
        self._since = 0.0
        self._nudge: asyncio.Future[Any] | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._down = asyncio.Event()

    async def start(self, patience: float = 2.0) -> bool:
        """Begin to stay connected; return whether it is, after at most ``patience`` seconds."""
        first = asyncio.Event()
        self._keeper = asyncio.create_task(self._keep(first), name="redis")
        try:
            await asyncio.wait_for(first.wait(), patience)
        except TimeoutError:
            return False
        return self.connected

    async def close(self) -> None:
        """Hang up for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._wire is not None:
            self._wire.abort()
        self._forget()

    async def call(self, *words: Word, deadline: float | None = None) -> Any:
        """Ask and wait for the reply, at most ``deadline`` seconds.

        Raises UnavailableError, LateError, or hiredis.ReplyError (the server's own word).
        """
        return await self.send(*words, deadline=deadline)

    def send(self, *words: Word, deadline: float | None = None) -> asyncio.Future[Any]:
        """Ask now, wait later: the future of the reply."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if not self.connected or len(self._waiting) >= FLOOD:
            future.set_exception(
                UnavailableError("not connected" if not self.connected else "flooded")
            )
            return future
        if not self._batch:
            loop.call_soon(self._flush)
        if not self._waiting:
            self._since = loop.time()
        self._batch.append(hiredis.pack_command(cast("tuple[str]", words)))
        seconds = self.deadline if deadline is None else deadline
        self._waiting.append((future, loop.call_later(seconds, self._late, future)))
        return future

    def silence(self) -> float:
        """Return the seconds since the server was heard; endless where it takes nothing back."""
        return self._wire.silence() if self.tracks and self._wire is not None else inf

    def nudge(self) -> None:
        """Have the server say something, if it is not being asked to already."""
        if self._nudge is None or self._nudge.done():
            self._nudge = self.send("PING", deadline=STALL)
            self._nudge.add_done_callback(_retrieved)

    def script(self, source: str) -> Script:
        """Return a Lua script that is sent by its digest."""
        return Script(self, source)

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        if self._wire is not None and self._wire.transport is not None:
            self._wire.transport.write(b"".join(batch))

    def _hear(self, reply: Any) -> None:
        if type(reply) is hiredis.PushNotification:
            if self.take_back is not None and reply[0] == b"invalidate":
                self.take_back(reply[1])
            return
        future, timer = self._waiting.popleft()
        timer.cancel()
        if future.done():
            return
        if isinstance(reply, hiredis.ReplyError):
            future.set_exception(reply)
        else:
            future.set_result(reply)

    def _late(self, future: asyncio.Future[Any]) -> None:
        """Look at the socket once more first: it may be this loop that was late, not the server."""
        if not future.done():
            asyncio.get_running_loop().call_later(GRACE, self._over, future)

    def _over(self, future: asyncio.Future[Any]) -> None:
        if future.done():
            return
        future.set_exception(LateError("no reply in time"))
        wire = self._wire
        if wire and asyncio.get_running_loop().time() - max(wire.heard, self._since) > STALL:
            wire.abort()

    def _forget(self) -> None:
        """Fail everything that waits: its replies will never come."""
        self.lost += self.connected
        self.connected = self.tracks = False
        if self.take_back is not None:
            self.take_back(None)
        self._batch.clear()
        waiting, self._waiting = self._waiting, deque()
        for future, timer in waiting:
            timer.cancel()
            if not future.done():
                future.set_exception(UnavailableError("the connection was lost"))
        self._down.set()

    async def _keep(self, first: asyncio.Event) -> None:
        delay = FIRST_DELAY
        while True:
            self._down.clear()
            wire = Wire(self._hear, self._forget)
            try:
                await dial(self.address, wire)
            except UnavailableError:
                first.set()
                await asyncio.sleep(delay)
                delay = min(delay * 2, LAST_DELAY)
                continue
            self._wire, self.connected, delay = wire, True, FIRST_DELAY
            await self._track()
            first.set()
            await self._down.wait()

    async def _track(self) -> None:
        """Ask to be told what is taken back; a server that does not know how is asked each time."""
        if self.take_back is None:
            return
        asked = [self.send("HELLO", "3"), self.send("CLIENT", "TRACKING", "ON")]
        told = await asyncio.gather(*asked, return_exceptions=True)
        self.tracks = self.connected and not any(isinstance(one, Exception) for one in told)


class Script:
    """A Lua script known to the server by its digest; sent whole when the server forgot it."""

    def __init__(self, connection: Connection, source: str) -> None:
        self._connection = connection
        self._source = source
        self._digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()

    @property
    def lost(self) -> int:
        """How often the connection was lost so far."""
        return self._connection.lost

    def silence(self) -> float:
        """Return the seconds since the server was heard; endless where it takes nothing back."""
        return self._connection.silence()

    def nudge(self) -> None:
        """Have the server say something soon."""
        self._connection.nudge()

    async def __call__(
        self, keys: Sequence[Word], args: Sequence[Word] = (), deadline: float | None = None
    ) -> Any:
        """Run it; the deadline holds for each of the at most two trips."""
        tail = (len(keys), *keys, *args)
        try:
            return await self._connection.call("EVALSHA", self._digest, *tail, deadline=deadline)
        except hiredis.ReplyError as fault:
            if not str(fault).startswith("NOSCRIPT"):
                raise
            return await self._connection.call("EVAL", self._source, *tail, deadline=deadline)


def _retrieved(future: asyncio.Future[Any]) -> None:
    if not future.cancelled():
        future.exception()
