"""A whole installation with a crowd of members, put there through admission and the drain."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from typing import Any

import httpx
import orjson

from benchmarks.ground import django, installed
from tests.installation import Installation, until

PEOPLE = int(os.environ.get("PEOPLE", "100000"))
CALL = 500
SITE: dict[str, Any] = {
    "segments": {
        "recent": {"event": "Seen", "within": "24h"},
        "keen": {"event": "Product Viewed", "within": "24h", "operator": "at_least", "value": 3},
        "buyer": {"event": "Order Completed"},
        "known": {"attribute": "traits.plan", "operator": "is_known"},
    }
}


def gathered(only: str, seen: Callable[[int], str]) -> tuple[Installation, dict[str, Any]]:
    """Return an installation in which everybody was seen at an instant of their own."""
    house = installed(only, BACKLOG_SECONDS="1000000")
    django()
    from personalization.segments.models import Timer

    keys = house.found(**SITE)
    until(lambda: httpx.get(f"{house.url}/readyz").status_code == 200)
    with httpx.Client(base_url=house.url, auth=(keys["sk"], "")) as client:
        for start in range(0, PEOPLE, CALL):
            people = range(start, min(PEOPLE, start + CALL))
            batch = [_event(n, "Seen", timestamp=seen(n)) for n in people]
            answer = client.post("/v1/batch", content=orjson.dumps({"batch": batch}))
            answer.raise_for_status()
    until(lambda: Timer.objects.count() >= PEOPLE, 900)
    return house, keys


def calls(key: str, count: int, name: str = "Product Viewed") -> list[bytes]:
    """Return calls of one event, each of another visitor."""
    basic = base64.b64encode(f"{key}:".encode()).decode()
    head = f"POST /v1/track HTTP/1.1\r\nHost: b\r\nAuthorization: Basic {basic}\r\n"
    bodies = (orjson.dumps(_event(PEOPLE + n, name)) for n in range(count))
    return [f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body for body in bodies]


def _event(n: int, name: str, **more: object) -> dict[str, object]:
    said = {"type": "track", "event": name, "anonymousId": f"v{n}", "messageId": f"{name}-{n}"}
    return {**said, "properties": {"product_id": f"p{n % 500}"}, **more}
