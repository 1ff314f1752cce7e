"""A site with its keys, and a real server on loopback that takes its events into PostgreSQL."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import httpx
import orjson
import pytest
import uvicorn

from personalization.api.track import Track
from personalization.events.admission import Admission
from personalization.events.models import (
    Counter,
    Lane,
    Packed,
    Quarantined,
    Shard,
)
from personalization.flows import admission as flow
from personalization.plant.clock import Clock
from personalization.sites import keys, signing
from personalization.sites.models import Site
from personalization.sites.naming import SHARDS
from tests.waiting import until


class Ground:
    """What a test holds in its hand."""

    def __init__(self, limits: dict[str, float]) -> None:
        self.site = Site.objects.create(slug="shop", name="Shop", origins=["https://shop.example"])
        self.secret = "ss_test"
        self.site.signing_secret = signing.seal(self.secret)
        self.site.save()
        _, self.public = keys.mint(self.site, "pk")
        _, self.server = keys.mint(self.site, "sk")
        Shard.objects.bulk_create(
            [Shard(lane=lane, number=number) for lane in Lane for number in range(SHARDS)],
            ignore_conflicts=True,
        )
        self.ring = keys.KeyRing()
        self.ring.load(keys.live())
        self.clock = Clock()
        self.admission = Admission(flow.url(), self.clock, flow.consent, limits)
        self.app = Track(self.ring, self.admission, self.clock)
        self.url = ""
        self.client = httpx.Client(timeout=20)

    def post(self, path: str, body: Any, key: str | None = None, **more: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else orjson.dumps(body)
        headers = {"authorization": basic(key or self.public)} | more.pop("headers", {})
        return self.client.post(self.url + path, content=content, headers=headers, **more)

    def track(self, **event: Any) -> httpx.Response:
        return self.post("/v1/track", {"event": "Seen", "anonymousId": "a", **event})

    def stored(self) -> list[tuple[list[Any], dict[str, Any]]]:
        """Every packed event: its header and its body."""
        lines = [bytes(row.payload).split(b"\n") for row in Packed.objects.order_by("id")]
        return [
            (orjson.loads(head), orjson.loads(body))
            for row in lines
            for head, body in zip(row[::2], row[1::2], strict=True)
        ]

    def put_aside(self) -> list[tuple[str, str]]:
        return list(Quarantined.objects.order_by("id").values_list("code", "at"))

    def counts(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for name, count in Counter.objects.values_list("name", "count"):
            found[name] = found.get(name, 0) + count
        return found


def basic(key: str) -> str:
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


def lived(app: Any, close: Callable[[], Awaitable[None]]) -> Any:
    """Return the app with a life: what it holds is closed on the loop it was used on."""

    async def whole(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await close()
        await send({"type": "lifespan.shutdown.complete"})

    return whole


class Server:
    """uvicorn in a thread, on a port of its own."""

    def __init__(self, app: Any) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run, args=([self.socket],))
        self.thread.start()
        until(lambda: self.server.started)

    def stop(self) -> None:
        self.server.should_exit = True
        self.thread.join(20)
        self.socket.close()


def standing(limits: dict[str, float]) -> Iterator[Ground]:
    ground = Ground(limits)
    served = Server(lived(ground.app, ground.admission.close))
    ground.url = served.url
    yield ground
    ground.client.close()
    served.stop()


APPS = ["personalization", *(f"personalization.{name}" for name in ("events", "sites", "profiles"))]
stored = pytest.mark.django_db(transaction=True, available_apps=[*APPS, "personalization.push"])
"""The mark of a test that looks at what another connection stored: only these rooms are emptied."""


@pytest.fixture(name="ground")
def laid() -> Iterator[Ground]:
    yield from standing({"live": 3600.0, "import": 3600.0})
