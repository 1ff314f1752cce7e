"""Online Retail: its invoices as events, ten segments, and a naive recomputation in pandas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import orjson
import pandas as pd

from personalization.events import files, mapping

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "online_retail" / "online_retail.parquet"
PRESET = ROOT / "docs" / "mappings" / "online_retail.json"
DAY = 86_400_000_000

ORDERED = {"event": "Order Completed"}
REVENUE = {"measure": {"sum": "properties.revenue"}, "operator": "at_least"}
SEGMENTS: dict[str, Any] = {
    "frequent": {**ORDERED, "within": "90d", "operator": "at_least", "value": 3},
    "spender": {**ORDERED, "within": "30d", **REVENUE, "value": 500},
    "lapsed": {"all": [ORDERED, {"not": {**ORDERED, "within": "60d"}}]},
    "same_twice": {
        "same": "properties.products.product_id",
        "all": [{**ORDERED, "operator": "at_least", "value": 2}],
    },
    "thousand": {**ORDERED, **REVENUE, "value": 1000},
    "returner": {"event": "Order Refunded", "within": "30d"},
    "month_before": {**ORDERED, "between": ["60d", "30d"]},
    "big_basket": {
        **ORDERED,
        "within": "14d",
        "where": {"attribute": "properties.revenue", "operator": "more_than", "value": 300},
    },
    "steady": {"all": [{"segment": "frequent"}, {"not": {"segment": "returner"}}]},
    "traveller": {
        **ORDERED,
        "measure": {"distinct": "properties.country"},
        "operator": "at_least",
        "value": 2,
    },
}


def messages() -> list[dict[str, Any]]:
    """Return one message an invoice, in the file's order, by the mapping we ship."""
    shipped = mapping.parse(orjson.loads(PRESET.read_bytes()))
    rows = files.groups(DATA, shipped.columns, shipped.group_by)
    return [message for group in rows if (message := shipped.message(group))]


def invoices() -> pd.DataFrame:
    """Return the invoices as pandas sees them: owner, instant, millionths of revenue, products."""
    lines = _read()
    millionths = (lines.UnitPrice * 1_000_000).round().astype("int64") * lines.Quantity
    lines = lines.assign(millionths=millionths, InvoiceDate=pd.to_datetime(lines.InvoiceDate))
    found = lines.groupby("InvoiceNo", sort=False).agg(
        local=("InvoiceDate", "min"),
        customer=("CustomerID", "first"),
        country=("Country", "first"),
        millionths=("millionths", "sum"),
        products=("StockCode", frozenset),
    )
    dst = {"ambiguous": True, "nonexistent": "shift_forward"}
    london = found.local.dt.tz_localize("Europe/London", **dst)
    at = london.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[us]").astype("int64")
    known = found.customer.notna()
    names = found.customer.where(known, 0).astype("int64").astype(str)
    owner = names.where(known, "invoice-" + found.index.astype(str))
    first = found.index.astype(str).str[0]
    event = pd.Series("Order Completed", index=found.index)
    event[first == "C"] = "Order Refunded"
    event[first == "A"] = "Debt Adjusted"
    return found.assign(at=at, owner=owner, event=event).reset_index()


def _read() -> pd.DataFrame:
    return duckdb.sql(f"SELECT * FROM read_parquet('{DATA}')").df()


def members(found: pd.DataFrame, now: int) -> dict[str, set[str]]:
    """Return who is in which segment at an instant, from nothing but the invoices so far."""
    past = found[found["at"] <= now]
    orders, refunds = past[past.event == "Order Completed"], past[past.event == "Order Refunded"]

    def within(rows: pd.DataFrame, days: int) -> pd.DataFrame:
        return rows[rows["at"] > now - days * DAY]

    def owners(rows: pd.DataFrame) -> set[str]:
        return set(rows.owner)

    def where(series: pd.Series, least: int) -> set[str]:
        return set(series[series >= least].index)

    frequent = where(within(orders, 90).groupby("owner").size(), 3)
    returner = owners(within(refunds, 30))
    pairs = orders[["owner", "products"]].explode("products").groupby(["owner", "products"]).size()
    return {
        "frequent": frequent,
        "spender": where(within(orders, 30).groupby("owner").millionths.sum(), 500_000_000),
        "lapsed": owners(orders) - owners(within(orders, 60)),
        "same_twice": {owner for owner, _ in pairs[pairs >= 2].index},
        "thousand": where(orders.groupby("owner").millionths.sum(), 1_000_000_000),
        "returner": returner,
        "month_before": owners(within(orders, 60)[lambda rows: rows["at"] <= now - 30 * DAY]),
        "big_basket": owners(within(orders, 14)[lambda rows: rows.millionths > 300_000_000]),
        "steady": frequent - returner,
        "traveller": where(orders.groupby("owner").country.nunique(), 2),
    }


def instants(found: pd.DataFrame, count: int = 25) -> list[int]:
    """Return so many instants, spread over the data and beyond its end."""
    start, end = int(found["at"].min()), int(found["at"].max()) + 40 * DAY
    return [start + (end - start) * (n + 1) // count for n in range(count)]
