"""A seeded stream of what shop visitors do, and segments of typical shapes over it."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from personalization.plant.instants import to_text

STEP = 20_000
"""Microseconds between two events."""
NAMES = ["Product Viewed"] * 5 + ["Page"] * 3 + ["Product Added", "Order Completed"]
CONTEXT = {"locale": "en", "page": {"path": "/x", "title": "A page"}, "userAgent": "Mozilla/5.0"}


def viewed(i: int) -> dict[str, Any]:
    """So many product views within some days."""
    return {
        "event": "Product Viewed",
        "within": f"{1 + i % 30}d",
        "operator": "at_least",
        "value": 3 + i % 5,
    }


def spent(i: int) -> dict[str, Any]:
    """So much money within some weeks."""
    return {
        "event": "Order Completed",
        "within": f"{30 + i}d",
        "measure": {"sum": "properties.revenue"},
        "operator": "at_least",
        "value": 50 + i,
    }


def left_behind(i: int) -> dict[str, Any]:
    """Something put in the cart and nothing bought since."""
    bought = {"event": "Order Completed", "within": f"{1 + i}d"}
    return {"all": [{"event": "Product Added", "within": f"{1 + i}d"}, {"not": bought}]}


def same(i: int) -> dict[str, Any]:
    """The same product viewed again and again and put in the cart."""
    leaves = [
        {"event": "Product Viewed", "operator": "at_least", "value": 3},
        {"event": "Product Added"},
    ]
    return {"same": "properties.product_id", "within": f"{1 + i % 7}d", "all": leaves}


def strolled(i: int) -> dict[str, Any]:
    """Pages below a path, by people not on the pro plan."""
    path = {
        "attribute": "properties.path",
        "operator": "starts_with",
        "value": f"/c{i % 5}",
    }
    plan = {"attribute": "traits.plan", "operator": "not_equals", "value": "pro"}
    often = {"operator": "at_least", "value": 2}
    return {"all": [{"event": "Page Viewed", "where": path, "within": "7d", **often}, plan]}


SHAPES: list[Callable[[int], dict[str, Any]]] = [viewed, spent, left_behind, same, strolled]


def segments(count: int) -> dict[str, dict[str, Any]]:
    """Return so many segments, the shapes in turn."""
    return {f"s{i}": SHAPES[i % len(SHAPES)](i) for i in range(count)}


def messages(count: int, start: int, visitors: int = 6_000) -> list[dict[str, Any]]:
    """Return so many messages by as many visitors at random, one every 20 ms from an instant on."""
    draw = random.Random(7)
    return [_message(draw, n, start + n * STEP, visitors) for n in range(count)]


def _message(draw: random.Random, n: int, at: int, visitors: int) -> dict[str, Any]:
    name = draw.choice(NAMES)
    properties: dict[str, Any] = {
        "product_id": f"p{draw.randrange(200)}",
        "category": draw.choice("abcde"),
        "price": draw.randrange(1000) / 10,
    }
    if name == "Order Completed":
        properties["revenue"] = draw.randrange(20_000) / 100
    if name == "Page":
        properties["path"] = f"/c{draw.randrange(5)}/{draw.randrange(50)}"
    return {
        "type": "page" if name == "Page" else "track",
        "event": name,
        "properties": properties,
        "anonymousId": f"v{draw.randrange(visitors)}",
        "messageId": f"m{n}",
        "timestamp": to_text(at),
        "context": CONTEXT,
    }
