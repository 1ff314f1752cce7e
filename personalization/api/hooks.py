"""``/hooks/{source}``: what a CMS tells us, verified on the raw bytes, written down, then read."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from django.db import DatabaseError

from cms_adapters import messages
from cms_adapters.messages import Rejected
from cms_adapters.registry import adapters
from personalization.api import requested, wire
from personalization.content import hooks, reads
from personalization.content.doors import Door
from personalization.decisions.current import Compiled
from personalization.flows import hearing
from personalization.flows.serving import Serving, serving
from personalization.plant.clock import Clock

PATH = "/hooks/"
BODY = 1024 * 1024
PATIENCE = 10.0
"""Seconds the store is waited for: a CMS that gets no answer sends again."""
REQUESTED = "content.requested"


def takes(path: str) -> bool:
    """Return whether a path is a source's."""
    return path.startswith(PATH)


async def app(scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:
    """Answer one hook."""
    try:
        site, door = await _open(scope["path"], scope["method"])
        request = _request(scope, await wire.body(scope, receive, BODY))
        status, found = await _answer(serving, site, door, request)
    except wire.Gone:
        return
    except wire.Refused as refused:
        await wire.refuse(send, refused)
        return
    await wire.answer(send, status, orjson.dumps(found))


async def _open(path: str, method: str) -> tuple[Compiled, Door]:
    site, door = await _door(serving, path)
    if method != "POST":
        raise wire.Refused(405, "method", "expected POST")
    if not door.enabled:
        raise wire.Refused(410, "disabled", "this source is switched off")
    return site, door


async def _door(held: Serving, path: str) -> tuple[Compiled, Door]:
    """Return the source a path names, as this process knows it; a new one is looked for once."""
    pk = wire.int_or(path.removeprefix(PATH).encode(), 0)
    for look in (True, False):
        for site in held.current.sites.values():
            if pk in site.doors:
                return site, site.doors[pk]
        if look:
            await held.watch.reach()
    if not held.watch.has_looked():
        raise wire.starting()
    raise wire.Refused(404, "source", "no such source")


def _request(scope: wire.Scope, body: bytes) -> messages.Request:
    """Return the hook as its sender signed it: path and query as they came, the raw body."""
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1").partition("?")[0]
    query = scope["query_string"].decode("latin-1")
    given = {k.decode("latin-1"): v.decode("latin-1") for k, v in wire.headers(scope).items()}
    return messages.Request(f"{path}?{query}" if query else path, given, body)


async def _answer(
    held: Serving, site: Compiled, door: Door, request: messages.Request
) -> tuple[int, dict[str, Any]]:
    now = held.clock.now()
    source, adapter = door.described(now), adapters.get(door.adapter)
    if adapter is None:
        raise wire.Refused(410, "adapter", "there is no such adapter any more")
    try:
        adapter.verify(request, source, now)
        said = _object(request.body)
        if said.get("type") == REQUESTED:
            return 200, await requested.answer(held, site, said)
        references = adapter.parse(request, source)
        for one in references:
            reads.check(one)
        identity = adapter.identify(request)
    except Rejected as rejected:
        status = 400 if rejected.code == "malformed" else 401
        raise wire.Refused(status, rejected.code, str(rejected)) from None
    name = hooks.named(door.id, identity or hooks.unique())
    fresh = await _written(door, name, references, held.clock)
    return 202, {"id": name, "duplicate": not fresh}


def _object(body: bytes) -> dict[str, Any]:
    """Return a body's object; nothing where it is none: the adapter says what it expects."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


async def _written(
    door: Door, name: str, references: tuple[messages.Reference, ...], clock: Clock
) -> bool:
    take = sync_to_async(hearing.take)
    try:
        async with asyncio.timeout(PATIENCE):
            return await take(door.id, name, references, clock)
    except (DatabaseError, TimeoutError):
        raise wire.Refused(503, "unavailable", "nothing was stored", retry_after=5) from None
