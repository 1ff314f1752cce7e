"""Online Retail as a log of events, and what a shop would declare about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from personalization.plant.instants import from_datetime
from rules.state import Event
from tests.acceptance import retail

ORDER = {"event": "Order Completed"}
REVENUE = "properties.revenue"
DEAR = {"attribute": REVENUE, "operator": "more_than", "value": 300}
ABROAD = {"attribute": "properties.country", "operator": "not_in", "value": ["United Kingdom"]}
DECLARED: dict[str, dict[str, Any]] = {
    "orders_quarter": {**ORDER, "within": "90d"},
    "revenue": {**ORDER, "measure": {"sum": REVENUE}},
    "basket_month": {**ORDER, "measure": {"avg": REVENUE}, "within": "30d"},
    "least_year": {**ORDER, "measure": {"min": REVENUE}, "within": "365d"},
    "most": {**ORDER, "measure": {"max": REVENUE}},
    "dear_abroad": {**ORDER, "where": {"all": [DEAR, ABROAD]}, "within": "60d"},
    "products": {**ORDER, "measure": {"distinct": "properties.products.product_id"}},
    "countries": {**ORDER, "measure": {"distinct": "properties.country"}, "within": "180d"},
    "first_country": {**ORDER, "measure": {"first": "properties.country"}},
    "last_revenue": {**ORDER, "measure": {"last": REVENUE}, "within": "120d"},
    "refunds_month_before": {"event": "Order Refunded", "between": ["60d", "30d"]},
    "since_order": {**ORDER, "measure": "recency"},
}


def events() -> Iterator[tuple[str, Event]]:
    """Yield who did what, in the file's order of instants."""
    for number, message in enumerate(sorted(retail.messages(), key=lambda m: m["timestamp"])):
        who = message.get("userId") or message["anonymousId"]
        at = from_datetime(datetime.fromisoformat(message["timestamp"]))
        tie = message.get("messageId") or f"{number:08x}"
        properties = message.get("properties") or {}
        yield who, Event(at, tie, "track", message["event"], properties, {}, {})
