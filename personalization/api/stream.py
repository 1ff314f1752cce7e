"""``/v1/stream`` as WebSocket: a Channels consumer that lets a listener speak and hear."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

import orjson
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from personalization.api import crowd, farewell, listening, wire
from personalization.api.crowd import crowd as everybody
from personalization.api.decide import admitted
from personalization.api.farewell import Closed
from personalization.api.listening import Listener, Message
from personalization.flows.serving import serving
from personalization.plant import json
from personalization.sites import keys

logger = logging.getLogger(__name__)
PATH = "/v1/stream"
PROTOCOL = "personalization.v1"
LARGEST = 16 * 1024
"""Characters of one message."""
LIMITS = json.Limits(size=LARGEST * 4, depth=16, keys=500)
RATE, BURST = 2.0, 30.0
"""Messages a second, and at once, that one connection may send."""
DRAIN, TICK = 3.0, 0.02
"""Seconds in which everybody is sent away before the process ends, and between two looks."""
GLANCE = 0.25
"""Seconds between two looks at whether the keys are other ones."""
SEND_SECONDS = 5.0
"""How long one message may take to leave: then the listener is too slow."""


last: set[asyncio.Task[None]] = set()
"""What is done before the end."""


class Stream(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One socket."""

    async def __call__(self, scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
        """Take what the client says and what the hub delivers, one at a time.

        Channels' own loop makes a task for every message, which costs more than the message.
        """
        self.scope = scope
        self.base_send: Any = send
        self.channel_layer, self.channel_name = None, serving.hub.name_channel()
        self.given, self.turn = wire.judged_by(scope), asyncio.Lock()
        scope["headers"] = ()  # a browser's are some KB, and the server holds on to the scope
        self.listener = Listener(serving, self.channel_name, self.given, self.tell)
        pump = asyncio.create_task(self._pump())
        try:
            while True:
                message = await receive()
                async with self.turn:
                    await self.dispatch(message)
        except StopConsumer:
            pass
        finally:
            pump.cancel()
            await asyncio.gather(pump, return_exceptions=True)
            await self.disconnect(0)

    async def connect(self) -> None:
        """Accept; whoever may not listen learns why by the close code."""
        offered = self.scope.get("subprotocols") or []
        await self.accept(PROTOCOL if PROTOCOL in offered else None)
        self.tokens, self.refilled = BURST, asyncio.get_running_loop().time()
        if everybody.leaves:
            await self._end(Closed(farewell.RESTART, farewell.spread(0)))
            return
        address = crowd.address(self.scope)
        if not everybody.has_room(address):
            await self._end(Closed(farewell.TOO_MANY, farewell.busy()))
            return
        serving.hub.box(self.channel_name).tells = True
        everybody.enter(self.listener, address)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take one message of the client."""
        try:
            self._paced()
            await self._take(_read(text_data or bytes_data or ""))
        except Closed as closed:
            await self._end(closed)

    async def _pump(self) -> None:
        box = serving.hub.box(self.channel_name)
        while True:
            message = await box.get()
            async with self.turn:
                await self._heard(message)

    async def _heard(self, message: Message) -> None:
        """Take what the hub delivers; what goes wrong here ends the socket, not the process."""
        try:
            await self.listener.heard(message)
        except Closed as closed:
            await self._end(closed)
        except OSError:
            logger.debug("a listener went away meanwhile")
        except Exception:
            logger.exception("a listener could not be told")
            await self._end(Closed(farewell.RESTART, farewell.busy()))

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - channels' contract
        """Follow nothing any more."""
        everybody.leave(self.channel_name)
        self.listener.leave()
        serving.hub.forget(self.channel_name)

    async def tell(self, message: Message) -> None:
        """Send one message, or give up on a client that does not take it."""
        said = {"type": "websocket.send", "text": orjson.dumps(message).decode()}
        try:
            await wire.in_time(self.base_send(said), SEND_SECONDS)
        except TimeoutError:
            raise Closed(farewell.SLOW, farewell.busy()) from None

    async def _take(self, message: Message) -> None:
        self.listener.silent_at = serving.clock.now() + listening.SILENCE
        if message.get("type") == "ping":
            await self.tell({"type": "pong"})
        elif message.get("type") == "subscribe":
            access = _door(message, self.given)
            everybody.settle(self.channel_name, access.site_id)
            await self.listener.subscribe(message, access)
        else:
            raise Closed(farewell.MALFORMED)

    def _paced(self) -> None:
        now = asyncio.get_running_loop().time()
        self.tokens = min(BURST, self.tokens + (now - self.refilled) * RATE) - 1
        self.refilled = now
        if self.tokens < 0:
            raise Closed(farewell.TOO_MANY)

    async def _end(self, closed: Closed) -> None:
        everybody.leave(self.channel_name)
        self.listener.leave()
        farewell.cut_soon(self.base_send)
        with suppress(TimeoutError, OSError):
            async with asyncio.timeout(farewell.GRACE):
                await self.close(closed.code, closed.reason)


def _read(raw: str | bytes) -> Message:
    if len(raw) > LARGEST:
        raise Closed(farewell.MALFORMED)
    try:
        message = json.parse(raw.encode() if isinstance(raw, str) else raw, LIMITS)
    except (json.Malformed, UnicodeEncodeError):
        raise Closed(farewell.MALFORMED) from None
    if not isinstance(message, dict):
        raise Closed(farewell.MALFORMED)
    return message


def _door(message: Message, given: dict[bytes, bytes]) -> keys.Access:
    try:
        return admitted(message, given)
    except wire.Refused as refused:
        codes = {"key": farewell.KEY, "starting": farewell.RESTART}
        raise Closed(codes.get(refused.code, farewell.FORBIDDEN)) from None


def look_around() -> None:
    """Close the connections whose key was revoked, and those that say nothing."""
    now, live = serving.clock.now(), keys.ring.by_id()
    for channel, listener in tuple(everybody.listeners.items()):
        code = listener.due(now, live)
        if code is not None:
            serving.hub.box(channel).put({"type": "hub.close", "code": code})


def restart() -> None:
    """Ask everybody to come again, spread over some seconds."""
    everybody.leaves = True
    for channel in tuple(everybody.listeners):
        retry = farewell.spread(len(everybody))
        last = {"type": "hub.close", "code": farewell.RESTART, "retry": retry}
        serving.hub.box(channel).put(last)


def attend() -> None:
    """Look around at every sweep and whenever a key changed; say good-bye before the end."""
    serving.sweep.ticks.append(look_around)
    loop = asyncio.get_running_loop()
    _glance(keys.ring.loads)
    for number in (signal.SIGTERM, signal.SIGINT):
        before = signal.getsignal(number)

        def ending(given: int, frame: FrameType | None, then: Any = before) -> None:
            go = partial(then, given, frame) if callable(then) else _nothing
            loop.call_soon_threadsafe(_begin_to_end, go)

        with suppress(ValueError):
            signal.signal(number, ending)


def _glance(seen: int) -> None:
    """Look around as soon as the keys were read anew."""
    if keys.ring.loads != seen:
        look_around()
    asyncio.get_running_loop().call_later(GLANCE, _glance, keys.ring.loads)


def _begin_to_end(go: Callable[[], object]) -> None:
    task = asyncio.get_running_loop().create_task(_drain(go))
    last.add(task)
    task.add_done_callback(last.discard)


async def _drain(go: Callable[[], object]) -> None:
    """Let everybody hear when to come again; then the server may hang up on whoever is left."""
    restart()
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN):
            while everybody:  # noqa: ASYNC110 - whoever leaves need not know that somebody waits
                await asyncio.sleep(TICK)
    go()


def _nothing() -> None:
    pass


async def nowhere(_scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
    """Refuse a socket on a path where there is none."""
    await receive()
    await send({"type": "websocket.close"})
