"""A subscription to Redis channels on its own connection: it tells when it may have missed some."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from personalization.plant.wire import (
    FIRST_DELAY,
    LAST_DELAY,
    Address,
    UnavailableError,
    Wire,
    dial,
)

PULSE = 2.0
PARTS = 3


class Subscription:
    """Delivers messages to ``on_message``; calls ``on_gap`` each time it begins to hear.

    The first time too. What was said before is unknown: whoever holds state reads it anew then.

    A pulse proves that the connection lives: a silent one is dropped within two pulses.
    """

    def __init__(
        self,
        url: str,
        channels: Sequence[str],
        on_message: Callable[[bytes, bytes], None],
        on_gap: Callable[[], None] = lambda: None,
        pulse: float = PULSE,
    ) -> None:
        self.connected = False
        self._address = Address.of(url)
        self._channels = tuple(channels)
        self._on_message = on_message
        self._on_gap = on_gap
        self._pulse = pulse
        self._open: set[bytes] = set()
        self._down = asyncio.Event()
        self._up = asyncio.Event()
        self._wire: Wire | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self, patience: float = 2.0) -> bool:
        """Begin to stay subscribed; return whether it is, after at most ``patience`` seconds."""
        self._keeper = asyncio.create_task(self._keep(), name="subscription")
        try:
            await asyncio.wait_for(self._up.wait(), patience)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """Hang up for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._wire is not None:
            self._wire.abort()

    async def _keep(self) -> None:
        delay = FIRST_DELAY
        while True:
            self._down.clear()
            wire = self._wire = Wire(self._hear, self._lose)
            try:
                await dial(self._address, wire)
                wire.write(("SUBSCRIBE", *self._channels))
                await asyncio.wait_for(self._either(), self._pulse)
            except (UnavailableError, TimeoutError):
                wire.abort()
                await asyncio.sleep(delay)
                delay = min(delay * 2, LAST_DELAY)
                continue
            if self.connected:
                delay = FIRST_DELAY
                self._on_gap()
                await self._live(wire)

    async def _either(self) -> None:
        """Return when the subscription stands or the connection is lost."""
        up = asyncio.create_task(self._up.wait())
        down = asyncio.create_task(self._down.wait())
        try:
            await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            up.cancel()
            down.cancel()

    async def _live(self, wire: Wire) -> None:
        """Send pulses until the connection is lost or stays silent."""
        loop = asyncio.get_running_loop()
        while self.connected:
            sent = loop.time()
            wire.write(("PING",))
            try:
                await asyncio.wait_for(self._down.wait(), self._pulse)
            except TimeoutError:
                if wire.heard < sent:
                    wire.abort()

    def _hear(self, reply: Any) -> None:
        if not isinstance(reply, list) or len(reply) != PARTS:
            return  # an answer to a pulse
        kind, channel, payload = reply
        if kind == b"message":
            self._on_message(channel, payload)
        elif kind == b"subscribe":
            self._open.add(channel)
            if len(self._open) == len(self._channels):
                self.connected = True
                self._up.set()

    def _lose(self) -> None:
        self.connected = False
        self._open.clear()
        self._up.clear()
        self._down.set()
