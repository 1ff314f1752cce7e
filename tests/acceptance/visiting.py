"""A visitor's browser, or a site's server: it decides, tells events, listens to the stream."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from personalization.plant.clock import system
from personalization.plant.instants import to_text

PATIENCE = 60.0
VIEW = "Product Viewed"
KEEN = {"event": VIEW, "within": "1h", "operator": "at_least", "value": 3}
HERO = {
    "home.hero": {
        "fallback": ["base"],
        "variants": {"base": "<p>For everybody</p>", "keen": "<p>For the keen</p>"},
        "rows": [{"id": "keen", "when": {"segment": "keen"}, "then": {"variant": "keen"}}],
    }
}
DEFINITIONS: dict[str, Any] = {"segments": {"keen": KEEN}, "slots": HERO}


class Visiting:
    """Calls with one key of one site."""

    def __init__(self, url: str, key: str) -> None:
        self.key = key
        self.http = httpx.Client(base_url=url, timeout=PATIENCE, auth=(key, ""))
        self.stream = url.replace("http", "ws") + "/v1/stream"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def send(self, path: str, headers: dict[str, str] | None = None, **message: Any) -> int:
        """Tell one message; return the status."""
        return self.http.post(f"/v1/{path}", json=message, headers=headers).status_code

    def views(self, device: str, count: int = 3, **more: Any) -> None:
        """View so many products, now."""
        for number in range(count):
            event = {"event": VIEW, "anonymousId": device, "properties": {"product_id": number}}
            assert self.send("track", timestamp=to_text(system.now()), **event, **more) == 200

    def ask(self, headers: dict[str, str] | None = None, **asked: Any) -> httpx.Response:
        """Ask for the hero."""
        body = {"key": self.key, "slots": ["home.hero"], **asked}
        return self.http.post("/v1/decide", json=body, headers=headers)

    def shown(self, **asked: Any) -> str:
        """Return which variant is shown; every answer is 200."""
        answer = self.ask(**asked)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["decisions"][0]["variant"])

    @contextmanager
    def listening(self, origin: str | None = None, **asked: Any) -> Iterator[Listener]:
        """Listen to the stream."""
        with connect(
            self.stream,
            subprotocols=["personalization.v1"],  # type: ignore[list-item]
            origin=origin,  # type: ignore[arg-type]
            open_timeout=PATIENCE,
        ) as wire:
            listener = Listener(wire)
            slots = {"slots": ["home.hero"]} if "site" not in asked else {}
            listener.say(type="subscribe", key=self.key, **slots, **asked)
            yield listener


class Listener:
    """One socket of the stream."""

    def __init__(self, wire: ClientConnection) -> None:
        self.wire = wire

    def say(self, **message: Any) -> None:
        """Send one message."""
        self.wire.send(json.dumps(message))

    def hear(self, within: float = PATIENCE) -> dict[str, Any]:
        """Return the next message; ``TimeoutError`` where none comes in time."""
        return dict(json.loads(self.wire.recv(timeout=within)))

    def hear_variant(self, variant: str, within: float = PATIENCE) -> None:
        """Hear messages until the hero shows a variant."""
        deadline = system.now() + int(within * 1_000_000)
        while (left := (deadline - system.now()) / 1_000_000) > 0:
            told = self.hear(left)
            shown = [one["variant"] for one in told.get("decisions", ())]
            if shown == [variant]:
                return
        raise TimeoutError(variant)

    def heard(self) -> list[dict[str, Any]]:
        """Return everything that was told before the answer to a ping."""
        self.say(type="ping")
        told = []
        while (message := self.hear()) != {"type": "pong"}:
            told.append(message)
        return told

    def heard_or_closed(self) -> list[dict[str, Any]]:
        """Return everything that was told, to the end where the server hangs up."""
        try:
            return self.heard()
        except ConnectionClosed:
            return []

    def closed(self) -> int:
        """Return the code the server closes with."""
        try:
            while True:
                self.hear()
        except ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 0
