"""``/v1/stream`` as WebSocket: a Channels consumer that lets a listener speak and hear."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from types import FrameType
from typing import Any

import orjson
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from django.urls import path

from personalization.api import listening, wire
from personalization.api.decide import admitted
from personalization.api.listening import Closed, Listener, Message
from personalization.flows.serving import serving
from personalization.plant import json
from personalization.sites import keys

PROTOCOL = "personalization.v1"
LARGEST = 16 * 1024
"""Characters of one message."""
LIMITS = json.Limits(size=LARGEST * 4, depth=16, keys=500)
RATE, BURST = 2.0, 30.0
"""Messages a second, and at once, that one connection may send."""
MOST = 20_000
"""Listeners of one process."""
SEND_SECONDS = 5.0
"""How long one message may take to leave: then the listener is too slow."""

listeners: dict[str, Listener] = {}
"""Everybody connected to this process, by channel."""


class Stream(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket."""

    async def connect(self) -> None:
        """Accept; whoever may not listen learns why by the close code."""
        offered = self.scope.get("subprotocols") or []
        await self.accept(PROTOCOL if PROTOCOL in offered else None)
        self.given = wire.headers(self.scope)
        self.tokens, self.refilled = BURST, asyncio.get_running_loop().time()
        self.listener = Listener(serving, self.channel_name, self.given, self.tell)
        if len(listeners) >= MOST:
            await self.close(listening.TOO_MANY)
            return
        serving.hub.box(self.channel_name).tells = True
        listeners[self.channel_name] = self.listener

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one message of the client."""
        try:
            self._paced()
            await self._take(_read(text_data or bytes_data or ""))
        except Closed as closed:
            await self._end(closed.code)

    async def dispatch(self, message: Message) -> None:
        """Take what the hub delivers; the socket's own messages go the usual way."""
        if not message["type"].startswith(("bell.", "hub.")):
            await super().dispatch(message)
            return
        try:
            await self.listener.heard(message)
        except Closed as closed:
            await self._end(closed.code)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - channels' contract
        """Follow nothing any more."""
        listeners.pop(self.channel_name, None)
        self.listener.leave()
        serving.hub.forget(self.channel_name)

    async def tell(self, message: Message) -> None:
        """Send one message, or give up on a client that does not take it."""
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.send(orjson.dumps(message).decode())
        except TimeoutError:
            raise Closed(listening.SLOW) from None

    async def _take(self, message: Message) -> None:
        self.listener.silent_at = serving.clock.now() + listening.SILENCE
        if message.get("type") == "ping":
            await self.tell({"type": "pong"})
        elif message.get("type") == "subscribe":
            await self.listener.subscribe(message, _door(message, self.given))
        else:
            raise Closed(listening.MALFORMED)

    def _paced(self) -> None:
        now = asyncio.get_running_loop().time()
        self.tokens = min(BURST, self.tokens + (now - self.refilled) * RATE) - 1
        self.refilled = now
        if self.tokens < 0:
            raise Closed(listening.TOO_MANY)

    async def _end(self, code: int) -> None:
        listeners.pop(self.channel_name, None)
        self.listener.leave()
        with suppress(TimeoutError):
            async with asyncio.timeout(SEND_SECONDS):
                await self.close(code)


def _read(raw: str | bytes) -> Message:
    if len(raw) > LARGEST:
        raise Closed(listening.MALFORMED)
    try:
        message = json.parse(raw.encode() if isinstance(raw, str) else raw, LIMITS)
    except (json.Malformed, UnicodeEncodeError):
        raise Closed(listening.MALFORMED) from None
    if not isinstance(message, dict):
        raise Closed(listening.MALFORMED)
    return message


def _door(message: Message, given: dict[bytes, bytes]) -> keys.Access:
    try:
        return admitted(message, given)
    except wire.Refused as refused:
        codes = {"key": listening.KEY, "starting": listening.RESTART}
        raise Closed(codes.get(refused.code, listening.FORBIDDEN)) from None


def look_around() -> None:
    """Close the connections whose key was revoked, and those that say nothing."""
    now, live = serving.clock.now(), keys.ring.ids()
    for channel, listener in tuple(listeners.items()):
        code = listener.due(now, live)
        if code is not None:
            serving.hub.box(channel).put({"type": "hub.close", "code": code})


def restart() -> None:
    """Ask everybody to come again."""
    for channel in tuple(listeners):
        serving.hub.box(channel).put({"type": "hub.close", "code": listening.RESTART})


def attend() -> None:
    """Look around at every sweep, and say good-bye as soon as the process is asked to end."""
    serving.sweep.ticks.append(look_around)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def ending(given: int, frame: FrameType | None, then: Any = before) -> None:
            loop.call_soon_threadsafe(restart)
            if callable(then):
                then(given, frame)

        with suppress(ValueError):
            signal.signal(number, ending)


app = URLRouter([path("v1/stream", Stream.as_asgi())])
"""Routes a socket to its consumer."""
