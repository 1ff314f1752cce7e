"""How long it takes from an event's call to the changed content in a browser's socket."""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any

import httpx
from websockets.asyncio.client import connect

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
    """Send events at the rate; every so often one is of a visitor who listens."""
    took: list[float] = []
    began: dict[str, float] = {}
    count = SECONDS * 5
    listeners = [f"listener-{n}" for n in range(count)]
    async with httpx.AsyncClient(base_url=url) as client:
        tasks = [asyncio.create_task(socket(url, key, who, began, took)) for who in listeners]
        await asyncio.sleep(2)
        sends: list[asyncio.Task[Any]] = []
        start = time.perf_counter()
        for n in range(RATE * SECONDS):
            await asyncio.sleep(max(0.0, start + n / RATE - time.perf_counter()))
            who = listeners[n * count // (RATE * SECONDS)] if n % (RATE // 5) == 0 else f"v{n}"
            began.setdefault(who, time.perf_counter())
            event = {"event": "Product Viewed", "anonymousId": who, "messageId": f"push-{n}"}
            sends.append(
                asyncio.create_task(client.post("/v1/track", json=event | {"writeKey": key}))
            )
        await asyncio.gather(*sends)
        await asyncio.wait(tasks, timeout=10)
        for task in tasks:
            task.cancel()
    return took


def main() -> None:
    """Measure on a whole installation."""
    with Installation("services,web,live") as house:
        keys = house.found(**SITE)
        until(lambda: httpx.get(f"{house.url}/readyz").status_code == 200)
        warm = {"writeKey": keys["pk"], "event": "Product Viewed", "anonymousId": "warm"}
        httpx.post(f"{house.url}/v1/track", json=warm)
        ask = {"key": keys["pk"], "anonymousId": "warm", "slots": ["home.hero"]}
        until(lambda: "sale" in httpx.post(f"{house.url}/v1/decide", json=ask).text)
        took = sorted(asyncio.run(run(house.url, keys["pk"])))
        at = {
            f"p{p}_ms": took[min(len(took) - 1, len(took) * p // 100)] * 1000 for p in (50, 95, 99)
        }
        say("push", rate_per_s=RATE, listeners=SECONDS * 5, heard=len(took), **at)


if __name__ == "__main__":
    main()
