"""``/v1/stream`` as Server-Sent Events: the same listener, for clients that only hear."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from personalization.api import channels, crowd, farewell, listening, question, wire
from personalization.api.crowd import crowd as everybody
from personalization.api.decide import admitted
from personalization.api.farewell import Closed
from personalization.api.listening import Listener, Message
from personalization.api.stream import SEND_SECONDS
from personalization.flows.serving import serving
from personalization.plant.instants import SECOND
from personalization.push.hub import Box
from personalization.sites.keys import Access

BEAT = 15.0
"""Seconds after which a silent stream says that it is alive."""
HEAD = ((b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"))  # fmt: skip


async def app(scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
    """Stream until the client goes or the process ends."""
    if scope["method"] == "OPTIONS":
        await wire.preflight(scope, send)
        return
    given = wire.headers(scope)
    shared = wire.shared(wire.origin(given))
    try:
        message, access = _asked(scope, given)
    except wire.Refused as refused:
        await wire.refuse(send, refused, shared)
        return
    await send({"type": "http.response.start", "status": 200, "headers": [*HEAD, *shared]})
    await _stream(message, access, scope, receive, send)


def _asked(scope: wire.Scope, given: dict[bytes, bytes]) -> tuple[Message, Access]:
    if scope["method"] != "GET":
        raise wire.Refused(405, "method", "expected GET")
    message = question.from_query(scope["query_string"])
    last = given.get(b"last-event-id")
    if last:
        message["cursor"] = last.decode("latin-1")
    channel = message.pop("channel", None)
    if not everybody.has_room(crowd.address(scope)):
        raise wire.Refused(429, "too_many", "no more listeners here", retry_after=5)
    if not isinstance(channel, str):
        return message, admitted(message, given)
    return channels.read(message, channel, serving.clock.now())


async def _stream(
    message: Message, access: Access, scope: wire.Scope, receive: Any, send: Any
) -> None:
    channel = serving.hub.name_channel("sse")
    box = serving.hub.box(channel)
    box.tells = True

    async def write(raw: bytes, *, more: bool = True) -> None:
        async with asyncio.timeout(SEND_SECONDS):
            await send({"type": "http.response.body", "body": raw, "more_body": more})

    said = _refetch if message.get("speaks") == channels.OFREP else _event

    async def tell(told: Message) -> None:
        await write(said(told))

    listener = Listener(serving, channel, wire.judged_by(scope), tell)
    everybody.enter(listener, crowd.address(scope))
    listening_task = asyncio.create_task(_listen(listener, message, access, write))
    gone = asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({listening_task, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        everybody.leave(channel)
        farewell.cut_soon(send)
        for task in (listening_task, gone):
            task.cancel()
        await asyncio.gather(listening_task, gone, return_exceptions=True)
        listener.leave()
        serving.hub.forget(channel)


def _event(told: Message) -> bytes:
    head = f"id: {told['cursor']}\nevent: {told['type']}\ndata: ".encode()
    return head + orjson.dumps(told) + b"\n\n"


def _refetch(told: Message) -> bytes:
    """Return the one thing an OpenFeature client understands: that it should ask again."""
    if told["type"] == "segments":
        return b""
    news = {
        "type": "refetchEvaluation",
        "etag": f'"{told["cursor"]}"',
        "lastModified": serving.clock.now() // SECOND,
    }
    return f"id: {told['cursor']}\ndata: ".encode() + orjson.dumps(news) + b"\n\n"


async def _listen(listener: Listener, message: Message, access: Access, write: Any) -> None:
    box = serving.hub.box(listener.channel)
    try:
        await write(b"retry: 2000\n\n")
        everybody.settle(listener.channel, access.site_id)
        await listener.subscribe(message, access)
        while True:
            listener.silent_at = serving.clock.now() + listening.SILENCE
            heard = await _next(box)
            if heard is None:
                await write(b": alive\n\n")
            else:
                await listener.heard(heard)
    except Closed as closed:
        told = {"code": closed.code, "retry": closed.retry}
        await write(b"event: close\ndata: " + orjson.dumps(told) + b"\n\n")
        await write(b"", more=False)


async def _next(box: Box) -> Message | None:
    try:
        async with asyncio.timeout(BEAT):
            return await box.get()
    except TimeoutError:
        return None


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
