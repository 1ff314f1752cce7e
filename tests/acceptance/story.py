"""A made-up history of a shop's visitors, and what becomes of it in an undisturbed run."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from django.db import connection

from personalization.plant import sql
from personalization.plant.clock import system
from personalization.plant.instants import SECOND, to_text
from tests.acceptance import store
from tests.acceptance.store import Standing
from tests.flows.ground import DAY, HOUR, Ground

SEGMENTS: dict[str, Any] = {
    "keen": {"event": "Product Viewed", "within": "1h", "operator": "at_least", "value": 3},
    "buyer": {
        "event": "Order Completed",
        "within": "30d",
        "measure": {"sum": "properties.revenue"},
        "operator": "at_least",
        "value": 100,
    },
    "abandoner": {
        "all": [
            {"event": "Product Added", "within": "6h"},
            {"not": {"event": "Order Completed", "within": "6h"}},
        ]
    },
    "twice": {
        "same": "properties.product_id",
        "all": [{"event": "Product Viewed", "operator": "at_least", "value": 2}],
    },
    "pro": {"attribute": "traits.plan", "operator": "equals", "value": "pro"},
}
KINDS = ("Product Viewed",) * 6 + ("Product Added",) * 2 + ("Order Completed",)


@dataclass(frozen=True)
class End:
    """What a run ends in: who is whom, the moves that stand, and the members."""

    people: set[str]
    moves: Standing
    members: dict[str, set[str]]


def messages(visitors: int, each: int, seed: int) -> list[dict[str, Any]]:
    """Return what so many visitors did between three days and one day ago, shuffled."""
    draw = random.Random(seed)
    now = system.now()
    found = [
        _message(draw, visitor, number, now - 3 * DAY + draw.randrange(2 * DAY // SECOND) * SECOND)
        for visitor in range(visitors)
        for number in range(each)
    ]
    found.sort(key=lambda message: (message["timestamp"], message["messageId"]))
    for start in range(0, len(found), 200):  # they arrive out of order, but not by days
        part = found[start : start + 200]
        draw.shuffle(part)
        found[start : start + 200] = part
    return found


def _message(draw: random.Random, visitor: int, number: int, at: int) -> dict[str, Any]:
    message: dict[str, Any] = {
        "messageId": f"m-{visitor}-{number}",
        "anonymousId": f"device-{visitor}-{draw.randrange(2)}",
        "timestamp": to_text(at),
    }
    if number % 8 == 7:
        traits = {"plan": draw.choice(["pro", "free"])}
        return message | {"type": "identify", "userId": f"user-{visitor}", "traits": traits}
    properties = {
        "product_id": f"p{draw.randrange(12)}",
        "revenue": draw.randrange(10, 90),
    }
    return message | {"type": "track", "event": draw.choice(KINDS), "properties": properties}


def undisturbed(sent: list[dict[str, Any]]) -> End:
    """Return what the messages end in when they are folded here, one after another, in peace."""
    ground = Ground("peace")
    for slug, condition in SEGMENTS.items():
        ground.segment(slug, condition)
    ground.clock.instant = system.now() + HOUR
    ground.admit(sorted(sent, key=lambda message: message["timestamp"]), verified=True)
    ground.drain()
    ground.fire()
    found = end(sql.rows, ground.site.pk)
    connection.close()
    return found


def end(rows: store.Rows, site: int) -> End:
    """Return what a site has ended in."""
    people = set(store.names(rows, site).values())
    return End(people, store.moves(rows, site), store.members(rows, site))
