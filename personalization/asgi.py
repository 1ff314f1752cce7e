"""The gate: one ASGI application, the fast paths before Django, everything else behind it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from typing import Any

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personalization.settings")
pages: Any = get_asgi_application()

from django.urls import get_resolver  # noqa: E402 - models may be imported from here on

from personalization.api import (  # noqa: E402
    decide,
    health,
    hooks,
    ofrep,
    rendering,
    sse,
    stream,
    track,
    track_paths,
)
from personalization.api.wire import Receive, Scope, Send  # noqa: E402
from personalization.celery import app as celery  # noqa: E402
from personalization.flows.admission import live as admission  # noqa: E402
from personalization.flows.serving import serving  # noqa: E402
from personalization.plant import heartbeat, litter  # noqa: E402
from personalization.plant.hints import Hints  # noqa: E402

App = Callable[[Scope, Receive, Send], Awaitable[None]]

FAST: dict[str, App] = {
    "/v1/decide": decide.app,
    "/v1/stream": sse.app,
    "/healthz": health.app,
    "/readyz": health.app,
    "/metrics": health.app,
    "/.well-known/gpc.json": health.app,
}
DRAIN = "personalization.tasks.drain"
"""The hint, by name: its module brings in what trains models, which no web process needs."""


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send a connection where it belongs."""
    kind = scope["type"]
    if kind == "http":
        path = scope["path"]
        app = FAST.get(path) or _behind(path)
        await app(scope, receive, send)
    elif kind == "websocket":
        socket = stream.Stream() if scope["path"] == stream.PATH else stream.nowhere
        await socket(scope, receive, send)
    elif kind == "lifespan":
        await _lifespan(receive, send)


def _behind(path: str) -> App:
    """Return what answers a path that has parts of its own."""
    if path.startswith(ofrep.PATH):
        return ofrep.app
    if rendering.takes(path):
        return rendering.app
    if hooks.takes(path):
        return hooks.app
    return track.app if track_paths.takes(path) else pages


async def _lifespan(receive: Receive, send: Send) -> None:
    await receive()
    await serving.start()
    stream.attend()
    admission.hint = hints.ask
    _ = get_resolver().url_patterns  # imported now, not by the first visitor
    beating = heartbeat.start("web")
    litter.calm()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    beating.set()
    stream.restart()
    await admission.close()
    await serving.stop()
    await send({"type": "lifespan.shutdown.complete"})


def _send_hint() -> None:
    celery.send_task(DRAIN, queue="live", retry=False)


hints = Hints(_send_hint)
