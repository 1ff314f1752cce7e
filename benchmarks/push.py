"""How long it takes from an event's call to the changed content in a browser's socket."""

from __future__ import annotations

import asyncio
import json
import os
import threading
import time
from typing import Any

import httpx
from websockets.asyncio.client import connect

from benchmarks import load
from benchmarks.ground import say
from tests.installation import Installation, until

RATE = int(os.environ.get("RATE", "200"))
SECONDS = int(os.environ.get("SECONDS", "10"))
SOCKETS = 50
SITE: dict[str, Any] = {
    "segments": {"keen": {"event": "Product Viewed", "within": "24h"}},
    "slots": {
        "home.hero": {
            "fallback": ["base"],
            "variants": {"base": "<p>base</p>", "sale": "<p>sale</p>"},
            "rows": [{"id": "r", "when": {"segment": "keen"}, "then": {"variant": "sale"}}],
        }
    },
}


async def socket(url: str, key: str, visitor: str, began: dict[str, float], took: list[float]) -> None:  # fmt: skip  # noqa: E501
    """Subscribe as a visitor, and note when the hero changes."""
    address = url.replace("http", "ws") + "/v1/stream"
    async with connect(address, subprotocols=["personalization.v1"]) as stream:  # type: ignore[list-item]
        subscribe = {"type": "subscribe", "key": key, "anonymousId": visitor}
        await stream.send(json.dumps(subscribe | {"slots": ["home.hero"]}))
        async for text in stream:
            message = json.loads(text)
            if message["type"] != "decisions" or visitor not in began:
                continue
            if message["decisions"][0]["variant"] == "sale":
                took.append(time.perf_counter() - began[visitor])
                return


async def run(url: str, key: str) -> list[float]:
    """Let a listener's visitor do something five times a second; return how long each took."""
    took: list[float] = []
    began: dict[str, float] = {}
    listeners = [f"listener-{n}" for n in range(SECONDS * 5)]
    async with httpx.AsyncClient(base_url=url) as client:
        tasks = [asyncio.create_task(socket(url, key, who, began, took)) for who in listeners]
        await asyncio.sleep(2)
        start = time.perf_counter()
        for n, who in enumerate(listeners):
            await asyncio.sleep(max(0.0, start + n / 5 - time.perf_counter()))
            began[who] = time.perf_counter()
            event = {"event": "Product Viewed", "anonymousId": who, "writeKey": key}
            await client.post("/v1/track", json=event)
        await asyncio.wait(tasks, timeout=10)
        for task in tasks:
            task.cancel()
    return took


def others(key: str) -> list[bytes]:
    """Return what everybody else does meanwhile: one call an event, each of another visitor."""
    events = (
        {"event": "Product Viewed", "anonymousId": f"v{n}", "messageId": f"push-{n}"}
        for n in range(RATE * (SECONDS + 4))
    )
    return [load.post("/v1/track", json.dumps(e | {"writeKey": key}).encode()) for e in events]


def main() -> None:
    """Measure on a whole installation."""
    with Installation("services,web,live") as house:
        keys = house.found(**SITE)
        until(lambda: httpx.get(f"{house.url}/readyz").status_code == 200)
        warm = {"writeKey": keys["pk"], "event": "Product Viewed", "anonymousId": "warm"}
        httpx.post(f"{house.url}/v1/track", json=warm)
        ask = {"key": keys["pk"], "anonymousId": "warm", "slots": ["home.hero"]}
        until(lambda: "sale" in httpx.post(f"{house.url}/v1/decide", json=ask).text)
        crowd = (house.port, others(keys["pk"]), SECONDS + 4, 8, RATE)
        thread = threading.Thread(target=load.drive, args=crowd)
        thread.start()
        took = sorted(asyncio.run(run(house.url, keys["pk"])))
        thread.join()
        at = {
            f"p{p}_ms": took[min(len(took) - 1, len(took) * p // 100)] * 1000 for p in (50, 95, 99)
        }
        say("push", rate_per_s=RATE, listeners=SECONDS * 5, heard=len(took), **at)


if __name__ == "__main__":
    main()
