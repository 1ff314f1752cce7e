"""What decide and stream are tested on: a site put in force, its visitors folded, a real server."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from personalization.content import drafts as variants
from personalization.content.models import Slot, Variant
from personalization.decisions import drafts as matrices
from personalization.decisions.models import Matrix
from personalization.events.models import Packed
from personalization.flows import event, publication
from personalization.flows.dispatch import Dispatch
from personalization.flows.event import Appetite
from personalization.plant.clock import system
from personalization.plant.instants import to_text
from personalization.segments.models import Segment
from personalization.sites import keys, signing, tokens
from personalization.sites.models import Generation
from tests.children import child
from tests.flows.ground import Ground
from tests.waiting import until

STORES = {"cache", "database"}
KEEN = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 2}
ROWS = [
    {"id": "keen", "when": {"segment": "keen"}, "then": {"variant": "keen"}},
    {
        "id": "pro",
        "when": {"attribute": "traits.plan", "operator": "equals", "value": "pro"},
        "then": {"variant": "pro"},
    },
    {
        "id": "sale",
        "when": {"attribute": "context.page.path", "operator": "equals", "value": "/sale"},
        "then": {"variant": "sale"},
    },
]


class Stage(Ground):
    """A site with keys, a visible and a hidden segment, and one slot with a matrix."""

    def __init__(self, slug: str = "shop", **fields: Any) -> None:
        self.secret = signing.new_secret()
        super().__init__(slug, signing_secret=signing.seal(self.secret), **fields)
        self.clock = system
        _, self.pk = keys.mint(self.site, "pk")
        _, self.sk = keys.mint(self.site, "sk")
        self.segment("keen", KEEN)
        self.segment("hidden", {"event": "Viewed"})
        Segment.objects.filter(site=self.site, slug="keen").update(visible=True)
        texts = {"base": "For everybody", "keen": "Keen", "sale": "Sale",
                 "pro": 'Hello {{ traits.name | default:"you" }}'}  # fmt: skip
        self.slot = self.put("hero", texts, ROWS)

    def put(self, key: str, texts: dict[str, str], rows: list[Any], **more: Any) -> Slot:
        """Publish a slot with variants of text and a matrix."""
        slot = Slot.objects.create(
            site=self.site, key=key, schema="text", fallback=["base"], **more.pop("slot", {})
        )
        for slug, text in texts.items():
            self.text(slot, slug, text)
        self.matrix(slot, rows, **more)
        return slot

    def text(self, slot: Slot, slug: str, text: str, locale: str = "") -> None:
        """Publish one variant's text in one locale."""
        variant, _ = Variant.objects.get_or_create(slot=slot, slug=slug)
        revision = variants.draft(variant, {"text": text}, "test", locale)
        publication.publish_variant(revision.pk, "test")

    def matrix(self, slot: Slot, rows: list[Any], **more: Any) -> None:
        """Publish a slot's matrix."""
        matrix, _ = Matrix.objects.get_or_create(slot=slot)
        document = {"slot": slot.key, "fallback": ["base"], "rows": rows, **more}
        publication.publish_matrix(matrices.draft(matrix, document, "test").pk, "test")

    def token(self, user: str, **more: Any) -> str:
        """Return a subject token as the site's own server mints it."""
        return tokens.mint(self.secret, self.site.slug, user, system.now(), **more)

    def happen(self, *messages: dict[str, Any], verified: bool = False) -> None:
        """Let events through the drain and the relay, as a worker does."""
        self.admit(messages, verified=verified)
        self.settle()

    def settle(self) -> None:
        """Drain and send all that waits."""
        dispatch = Dispatch(system)
        while (passed := event.walk("live", system, Appetite())).events or Packed.objects.exists():
            dispatch.send(passed)
        dispatch.sweep()


def viewed(device: str, **more: Any) -> dict[str, Any]:
    """Return one view by a device, now."""
    return {"type": "track", "event": "Viewed", "anonymousId": device, "properties": {},
            "timestamp": to_text(system.now()), **more}  # fmt: skip


def identify(user: str, traits: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an identify call, now."""
    return {"type": "identify", "userId": user, "traits": traits,
            "timestamp": to_text(system.now()), **more}  # fmt: skip


class Server:
    """A running web process."""

    def __init__(self, port: int, process: subprocess.Popen[bytes]) -> None:
        self.port, self.process = port, process
        self.url = f"http://127.0.0.1:{port}"
        self.ws = f"ws://127.0.0.1:{port}/v1/stream"
        self.http = httpx.Client(base_url=self.url, timeout=10)

    def decide(self, key: str, **asked: Any) -> dict[str, Any]:
        """Ask, expect 200, and return the answer."""
        told = self.ask(key, **asked)
        deadline = time.monotonic() + 20
        while STORES & set(told["degraded"]) and time.monotonic() < deadline:
            told = self.ask(key, **asked)  # a busy machine misses the deadline of 20 ms
        return told

    def ask(self, key: str, **asked: Any) -> dict[str, Any]:
        """Ask once, expect 200, and return the answer, whatever was degraded."""
        headers = asked.pop("headers", None)
        body = {"key": key, "slots": ["hero"], **asked}
        answer = self.http.post("/v1/decide", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def shown(self, key: str, **asked: Any) -> str:
        """Return which variant the one slot shows."""
        return self.decide(key, **asked)["decisions"][0]["variant"]

    def is_ready(self, path: str = "/readyz") -> bool:
        """Return whether it answers for a site."""
        try:
            return self.http.get(path).status_code == 200
        except httpx.HTTPError:
            return False

    def knows(self, stage: Stage) -> bool:
        """Return whether all that the site has published is in force."""
        body = {"key": stage.pk, "slots": ["hero"]}
        answer = self.http.post("/v1/decide", json=body)
        number = Generation.objects.get(site=stage.site).number
        return answer.status_code == 200 and answer.json()["generation"] == number


@contextmanager
def server(env: dict[str, str], path: str = "/readyz", **more: str) -> Iterator[Server]:
    """Run a web process until the block ends; it has started when a path of its health says so."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = (
        "-m uvicorn personalization.asgi:application --loop uvloop --http httptools "
        "--ws websockets-sansio --ws-max-size 65536 --ws-per-message-deflate false --no-access-log "
        f"--log-level warning --port {port}"
    )
    process = child([sys.executable, *words.split()], env={**env, **more})
    held = Server(port, process)
    try:
        until(lambda: held.is_ready(path), 60)
        yield held
    finally:
        process.terminate()
        started = time.monotonic()
        while process.poll() is None and time.monotonic() - started < 15:
            time.sleep(0.05)
        process.kill()
        process.wait()
        held.http.close()
