"""How likely a profile is to complete an order within the next seven days."""

from __future__ import annotations

from personalization.learning.registry import Score, scores
from rules.conditions import MICROSECONDS

scores.put(
    "purchase_likelihood",
    Score(
        name="purchase_likelihood",
        label="Purchase likelihood",
        goal="Order Completed",
        horizon=7 * 86_400 * MICROSECONDS,
        suggested={
            "views_24h": {"event": "Product Viewed", "within": "24h", "measure": "count"},
            "views_7d": {"event": "Product Viewed", "within": "7d", "measure": "count"},
            "cart_adds_24h": {"event": "Product Added", "within": "24h", "measure": "count"},
            "cart_adds_7d": {"event": "Product Added", "within": "7d", "measure": "count"},
            "orders_90d": {"event": "Order Completed", "within": "90d", "measure": "count"},
            "revenue_90d": {
                "event": "Order Completed",
                "within": "90d",
                "measure": {"sum": "properties.revenue"},
            },
            "since_view": {"event": "Product Viewed", "measure": "recency"},
        },
        documentation=(
            "The probability that Order Completed happens within seven days, between 0 and 1."
        ),
    ),
)
