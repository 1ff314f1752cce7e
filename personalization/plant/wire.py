"""One Redis connection as an asyncio protocol: dialling, the greeting, and replies in order."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, unquote, urlsplit

import hiredis

GREETING = 1.0
FIRST_DELAY = 0.05
LAST_DELAY = 2.0


class UnavailableError(ConnectionError):
    """Redis cannot be asked now: not connected, lost, or flooded. Nothing is retried."""


class LateError(UnavailableError):
    """Redis did not answer within the command's deadline; the command may still have run."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Redis is, from a URL: ``redis://[user:password@]host:port/db`` or ``unix://path?db=``."""

    path: str
    host: str
    port: int
    user: str
    password: str
    database: int
    secure: bool

    @classmethod
    def of(cls, url: str) -> Address:
        """Read redis-py's forms of URL.

        >>> Address.of("redis://:pw@cache:6380/2").database
        2
        >>> Address.of("unix:///run/cache.sock?db=3").path
        '/run/cache.sock'
        """
        parts = urlsplit(url)
        query = parse_qs(parts.query)
        socket = parts.scheme == "unix"
        tail = "" if socket else parts.path.strip("/")
        return cls(
            path=unquote(parts.path) if socket else "",
            host=parts.hostname or "localhost",
            port=parts.port or 6379,
            user=unquote(parts.username or query.get("username", [""])[0]),
            password=unquote(parts.password or query.get("password", [""])[0]),
            database=int(query.get("db", [tail or "0"])[0]),
            secure=parts.scheme == "rediss",
        )

    def greeting(self) -> list[tuple[str, ...]]:
        """Return the commands that open a connection, a ping last: it proves somebody is there."""
        words: list[tuple[str, ...]] = []
        if self.password:
            user = (self.user,) if self.user else ()
            words.append(("AUTH", *user, self.password))
        if self.database:
            words.append(("SELECT", str(self.database)))
        return [*words, ("PING",)]


class Wire(asyncio.Protocol):
    """Bytes out, replies in; every loss is told once."""

    def __init__(self, hear: Callable[[Any], None], lost: Callable[[], None]) -> None:
        self.transport: asyncio.Transport | None = None
        self.heard = 0.0
        self.hear = hear
        self._lost = lost
        self._reader = hiredis.Reader()
        self._loop = asyncio.get_running_loop()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop has classes of its own

    def data_received(self, data: bytes) -> None:
        """Read replies, whole ones only."""
        self.heard = self._loop.time()
        self._reader.feed(data)
        try:
            while (reply := self._reader.gets()) is not False:
                self.hear(reply)
        except hiredis.ProtocolError:
            self.abort()

    def connection_lost(self, _fault: Exception | None) -> None:
        """Tell of the loss."""
        self.transport = None
        self._lost()

    def write(self, *commands: tuple[str, ...]) -> None:
        """Send some commands, if somebody is there."""
        if self.transport is not None:
            self.transport.write(
                b"".join(hiredis.pack_command(cast("tuple[str]", words)) for words in commands)
            )

    def silence(self) -> float:
        """Return for how many seconds nothing was heard."""
        return self._loop.time() - self.heard

    def abort(self) -> None:
        """Hang up at once."""
        if self.transport is not None:
            self.transport.abort()


async def dial(address: Address, wire: Wire) -> None:
    """Connect the wire and greet; raise UnavailableError if nobody answers in time."""
    loop = asyncio.get_running_loop()
    answers: deque[Any] = deque()
    arrived = asyncio.Event()
    words = address.greeting()

    def collect(reply: Any) -> None:
        answers.append(reply)
        arrived.set()

    hear, wire.hear = wire.hear, collect
    try:
        async with asyncio.timeout(GREETING):
            if address.path:
                await loop.create_unix_connection(lambda: wire, address.path)
            else:
                secure = address.secure or None
                await loop.create_connection(lambda: wire, address.host, address.port, ssl=secure)
            wire.write(*words)
            while len(answers) < len(words):
                arrived.clear()
                await arrived.wait()
    except (OSError, TimeoutError) as fault:
        wire.abort()
        raise UnavailableError(f"{type(fault).__name__}: {fault}") from fault
    if refused := [reply for reply in answers if isinstance(reply, hiredis.ReplyError)]:
        wire.abort()
        raise UnavailableError(str(refused[0]))
    wire.hear = hear
