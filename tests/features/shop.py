"""A shop's log, generated: a few busy people, many quiet ones, values as shops send them."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from rules.state import Event

DAY = 86_400_000_000
START = 1_760_000_000_000_000
DAYS = 60
STEP = 50_000
NAMES = ("Product Viewed", "Product Added", "Order Completed", "Session Started")
CATEGORIES = ("boots", "Boots", "tents", "stoves", "\u00dcberzelt", "e\u0301t\u00e9")
ORDER = {"event": "Order Completed"}
VIEW = {"event": "Product Viewed"}
DEAR = {"attribute": "properties.price", "operator": "more_than", "value": 99.99}
TENT = {"attribute": "properties.category", "operator": "contains", "value": "zelt"}
LARGE = {"attribute": "properties.revenue", "operator": "at_least", "value": 100}
DECLARED: dict[str, dict[str, Any]] = {
    "views_day": {**VIEW, "within": "24h"},
    "views_ever": VIEW,
    "dear_views": {**VIEW, "within": "7d", "where": DEAR},
    "not_dear_views": {**VIEW, "within": "7d", "where": {"not": {"any": [DEAR, TENT]}}},
    "orders_month_before": {**ORDER, "between": ["30d", "7d"]},
    "revenue": {**ORDER, "measure": {"sum": "properties.revenue"}},
    "revenue_month": {**ORDER, "measure": {"sum": "properties.revenue"}, "within": "30d"},
    "basket": {**ORDER, "measure": {"avg": "properties.revenue"}, "within": "30d"},
    "least": {**ORDER, "measure": {"min": "properties.revenue"}, "within": "30d"},
    "most": {**ORDER, "measure": {"max": "properties.revenue"}},
    "categories": {**VIEW, "measure": {"distinct": "properties.category"}, "within": "14d"},
    "bought": {**ORDER, "measure": {"distinct": "properties.products.sku"}},
    "first_category": {**VIEW, "measure": {"first": "properties.category"}},
    "last_price": {**VIEW, "measure": {"last": "properties.price"}, "within": "3d"},
    "favourite": {**VIEW, "measure": {"most_frequent": "properties.category"}, "within": "14d"},
    "usual_price": {**VIEW, "measure": {"most_frequent": "properties.price"}},
    "last_prices": {**VIEW, "measure": {"last_values": {"of": "properties.price", "most": 5}}},
    "views_session": {**VIEW, "in_session": "P1D"},
    "views_since_order": {**VIEW, "since_last": "Order Completed"},
    "views_since_large_order": {**VIEW, "since_last": {"event": "Order Completed", "where": LARGE}},
    "favourite_session": {
        **VIEW,
        "measure": {"most_frequent": "properties.category"},
        "in_session": "PT12H",
    },
    "score": {**VIEW, "measure": {"decayed": {"half_life": "7d"}}},
    "worth": {**ORDER, "measure": {"decayed": {"half_life": "60h", "of": "properties.revenue"}}},
    "new_buyer": {**ORDER, "within": "14d", "operator": "first_time"},
    "regular": {
        **VIEW,
        "operator": "regularly",
        "value": {"periods": 3, "of": 4, "each": "5d"},
    },
    "lapsed": {**VIEW, "within": "30d", "operator": "stopped", "value": "9d"},
    "back": {**VIEW, "within": "7d", "operator": "resumed", "value": "6d"},
    "conversion": {**ORDER, "measure": {"rate": "Product Viewed"}, "within": "30d"},
    "first_view": {**VIEW, "measure": "first_at"},
    "last_order": {**ORDER, "measure": "last_at", "within": "30d"},
    "since_order": {**ORDER, "measure": "recency"},
    "since_view": {**VIEW, "measure": "recency", "within": "7d"},
}


def log(people: int, each: int, draw: Random) -> Iterator[tuple[str, Event]]:
    """Yield every person's events in order: so many on average, some at one instant."""
    number = 0
    for person in range(people):
        count = int(each * draw.choice((0, 0.2, 0.5, 1, 3.3)))
        instants = [_instant(DAYS, draw) for _ in range(count)]
        for at in sorted(draw.choice((at, instants[0], at)) for at in instants):
            number += 1
            yield f"p{person}", _event(at, f"{draw.getrandbits(64):016x}{number:08x}", draw)


def _instant(days: int, draw: Random) -> int:
    return START + draw.randrange(days * DAY // STEP) * STEP


def _event(at: int, tie: str, draw: Random) -> Event:
    name = draw.choices(NAMES, (12, 4, 2, 3))[0]
    price = draw.choice((draw.randrange(1, 30_000) / 100, draw.randrange(1, 300), None, "99"))
    properties: dict[str, Any] = {"category": draw.choice(CATEGORIES), "price": price}
    if name == "Order Completed":
        skus = [{"sku": f"s{draw.randrange(50)}"} for _ in range(draw.randrange(4))]
        properties = {"revenue": draw.randrange(-500, 90_000) / 1_000, "products": skus}
    return Event(at, tie, "track", name, properties, {}, {})


def points(people: int, count: int, draw: Random) -> Iterator[tuple[str, int]]:
    """Yield so many points: a person and an instant, some beyond the end and some on an event."""
    for _ in range(count):
        yield (
            f"p{draw.randrange(people)}",
            START + draw.randrange((DAYS + 20) * DAY // 50_000) * 50_000,
        )
