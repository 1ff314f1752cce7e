"""Whether the process lives, whether it can answer, what it counts, and that it honours GPC."""

from __future__ import annotations

import orjson

from personalization.api import metrics, wire
from personalization.flows.serving import serving

GPC = orjson.dumps({"gpc": True, "lastUpdate": "2026-11-21"})


async def app(scope: wire.Scope, receive: wire.Receive, send: wire.Send) -> None:  # noqa: ARG001
    """Answer the four paths of a process's health."""
    path = scope["path"]
    if path == "/healthz":
        await wire.answer(send, 200, b'{"status":"lives"}')
    elif path == "/metrics":
        await wire.answer(send, 200, metrics.text(), kind=b"text/plain; version=0.0.4")
    elif path == "/.well-known/gpc.json":
        await wire.answer(send, 200, GPC)
    elif serving.current.sites or serving.watch.has_looked():
        generations = {site.slug: site.generation for site in serving.current.sites.values()}
        found = {"status": "ready", "generations": len(generations)}
        await wire.answer(send, 200, orjson.dumps(found))
    else:
        await wire.answer(send, 503, b'{"status":"no compiled generation"}')
