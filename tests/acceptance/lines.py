"""Online Retail line by line: each line of an invoice is something that its customer did.

One or two of a product stand for a look at it, up to eleven for putting it into the cart, a dozen
or more for buying it, less than nothing for bringing it back. Instants, products, pauses and
repetitions are those of the shop; its clocks are taken as UTC.
"""

from __future__ import annotations

import random
from typing import Any

import duckdb

from rules.state import Event
from tests.acceptance.retail import DATA

MINUTE, DAY = 60_000_000, 86_400_000_000
REACHES = (40 * MINUTE, 3 * DAY, 40 * DAY, 200 * DAY)
"""How long after an event a point lies at most: some are in a session, some long after all."""

LINES = f"""
CREATE TABLE e AS SELECT
  CAST(CustomerID AS BIGINT) AS customer,
  epoch_us(CAST(InvoiceDate AS TIMESTAMP)) AS t,
  row_number() OVER (ORDER BY InvoiceDate, __index_level_0__, InvoiceNo, StockCode, Quantity,
    UnitPrice) AS line,
  CASE WHEN Quantity < 0 THEN 'Returned' WHEN Quantity <= 2 THEN 'Viewed'
    WHEN Quantity <= 11 THEN 'Added' ELSE 'Bought' END AS name,
  StockCode AS product,
  CAST(round(UnitPrice * 1000) AS BIGINT) * Quantity AS worth
FROM read_parquet('{DATA}') WHERE CustomerID IS NOT NULL
"""
KNOWN = """
CREATE TABLE k AS SELECT p.id, p.now, e.* FROM p JOIN e USING (customer) WHERE e.t <= p.now
"""

SAME = """
SELECT id, bool_or(viewed >= 3 AND added >= 1 AND bought = 0) FROM (
  SELECT id, product, count(*) FILTER (name = 'Viewed') AS viewed,
    count(*) FILTER (name = 'Added') AS added, count(*) FILTER (name = 'Bought') AS bought
  FROM k WHERE t > now - {length} GROUP BY id, product) GROUP BY id
"""
VIEWED: dict[str, Any] = {"event": "Viewed"}
BOUGHT: dict[str, Any] = {"event": "Bought"}


def same(within: str) -> dict[str, Any]:
    """Return the rule of the seeds: looked at three times, put into the cart, not bought."""
    parts = [
        {**VIEWED, "operator": "at_least", "value": 3},
        {"event": "Added"},
        {"not": BOUGHT},
    ]
    return {"same": "properties.product", "within": within, "all": parts}


CONDITIONS: dict[str, tuple[Any, str]] = {
    "seed": (same("24h"), SAME.format(length=DAY)),
    "seed in a quarter": (same("90d"), SAME.format(length=90 * DAY)),
    "spender": (
        {**BOUGHT, "within": "30d", "measure": {"sum": "properties.worth"}}
        | {"operator": "at_least", "value": 300},
        f"""SELECT id, coalesce(sum(worth) FILTER (name = 'Bought' AND t > now - {30 * DAY}), 0)
        >= 300000 FROM k GROUP BY id""",
    ),
    "regular": (
        {**BOUGHT, "operator": "regularly", "value": {"periods": 2, "of": 4, "each": "30d"}},
        f"""SELECT id, count(DISTINCT (now - t) // {30 * DAY})
        FILTER (name = 'Bought' AND (now - t) // {30 * DAY} < 4) >= 2 FROM k GROUP BY id""",
    ),
    "stopped": (
        {**BOUGHT, "within": "365d", "operator": "stopped", "value": "60d"},
        f"""SELECT id, count(*) FILTER (name = 'Bought' AND t > now - {365 * DAY}) > 0
        AND count(*) FILTER (name = 'Bought' AND t > now - {60 * DAY}) = 0 FROM k GROUP BY id""",
    ),
    "resumed": (
        {**BOUGHT, "within": "30d", "operator": "resumed", "value": "60d"},
        f"""SELECT id, bool_or(t > now - {30 * DAY} AND t - before >= {60 * DAY}) FROM (
        SELECT id, now, t, lag(t) OVER (PARTITION BY id ORDER BY t) AS before
        FROM k WHERE name = 'Bought') GROUP BY id""",
    ),
    "new": (
        {**BOUGHT, "within": "30d", "operator": "first_time"},
        f"SELECT id, min(t) > any_value(now) - {30 * DAY} FROM k WHERE name = 'Bought' GROUP BY id",
    ),
    "anniversary": (
        {**BOUGHT, "measure": "first_at", "operator": "anniversary"}
        | {"value": {"within_days": 30, "zone": "UTC"}},
        """SELECT id, bool_or(day >= today AND day <= today + INTERVAL 30 DAY) FROM (
        SELECT id, today, unnest([CAST(born + INTERVAL 1 YEAR AS DATE),
          CAST(born + INTERVAL 2 YEAR AS DATE)]) AS day FROM (
          SELECT id, CAST(make_timestamp(min(t)) AS DATE) AS born,
            CAST(make_timestamp(any_value(now)) AS DATE) AS today
          FROM k WHERE name = 'Bought' GROUP BY id)) GROUP BY id""",
    ),
}
"""Conditions, and SQL that says for whom they are true; who is left out is not."""

SCORE = f"""
SELECT id, (2 * sum(total * g) + unit) // (2 * unit) FROM (
  SELECT id, any_value(CAST(round(power(2, -(now % {20 * DAY}) / {20 * DAY}) * 1e9) AS HUGEINT)) g,
    sum(CAST(worth AS HUGEINT)
      * CAST(round(power(2, (t % {20 * DAY}) / {20 * DAY}) * 1e9) AS HUGEINT)
      * CAST(power(2, 32 - (now // {20 * DAY} - t // {20 * DAY})) AS HUGEINT)) AS total,
    CAST(4294967296 AS HUGEINT) * CAST(1000000000000000 AS HUGEINT) AS unit
  FROM k WHERE name = 'Bought' AND now // {20 * DAY} - t // {20 * DAY} <= 32 GROUP BY id)
GROUP BY id, unit
"""
SESSION = f"""
SELECT id, count(*) FILTER (name = 'Viewed' AND t >= begun) FROM (
  SELECT id, now, t, name, max(t) FILTER (pause IS NULL OR pause >= {30 * MINUTE})
    OVER (PARTITION BY id) AS begun, max(t) OVER (PARTITION BY id) AS newest
  FROM (SELECT *, t - lag(t) OVER (PARTITION BY id ORDER BY t) AS pause FROM k))
WHERE now - newest < {30 * MINUTE} GROUP BY id
"""
MEASURES: dict[str, tuple[Any, str, Any]] = {
    "favourite": (
        {**VIEWED, "within": "90d", "measure": {"most_frequent": "properties.product"}},
        f"""SELECT id, arg_min(product, (-often, -last, product)) FROM (
        SELECT id, product, count(*) AS often, max(t) AS last FROM k
        WHERE name = 'Viewed' AND t > now - {90 * DAY} GROUP BY id, product) GROUP BY id""",
        None,
    ),
    "last five": (
        {**BOUGHT, "measure": {"last_values": {"of": "properties.product", "most": 5}}},
        """SELECT id, list(product ORDER BY line) FROM (
        SELECT *, row_number() OVER (PARTITION BY id ORDER BY t DESC, line DESC) AS back
        FROM k WHERE name = 'Bought') WHERE back <= 5 GROUP BY id""",
        [],
    ),
    "bought by looks": (
        {**BOUGHT, "within": "180d", "measure": {"rate": "Viewed"}},
        f"""SELECT id, (2000000 * count(*) FILTER (name = 'Bought') + looks) // (2 * looks) / 1e6
        FROM (SELECT *, count(*) FILTER (name = 'Viewed') OVER (PARTITION BY id) AS looks
        FROM k WHERE t > now - {180 * DAY}) WHERE looks > 0 GROUP BY id, looks""",
        None,
    ),
    "score": (
        {**BOUGHT, "measure": {"decayed": {"half_life": "20d", "of": "properties.worth"}}},
        f"SELECT id, score / 1e6 FROM ({SCORE}) s(id, score)",
        0,
    ),
    "looks in this session": ({**VIEWED, "in_session": True}, SESSION, 0),
    "looks since the last return": (
        {**VIEWED, "since_last": "Returned"},
        """SELECT id, count(*) FILTER (name = 'Viewed' AND t > coalesce(back, -1)) FROM (
        SELECT *, max(t) FILTER (name = 'Returned') OVER (PARTITION BY id) AS back FROM k)
        GROUP BY id""",
        0,
    ),
    "products put into the cart": (
        {
            "event": "Added",
            "between": ["60d", "30d"],
            "measure": {"distinct": "properties.product"},
        },
        f"""SELECT id, count(DISTINCT product) FILTER (name = 'Added' AND t > now - {60 * DAY}
        AND t <= now - {30 * DAY}) FROM k GROUP BY id""",
        0,
    ),
}
"""Measures, SQL for their values, and what they are of nothing."""


def points(
    database: duckdb.DuckDBPyConnection, count: int, seed: int
) -> list[tuple[int, int, int]]:
    """Return so many random ``(id, customer, instant)``, and lay out what was known at each."""
    draw = random.Random(seed)
    database.execute(LINES)
    asked = "SELECT customer, list(t ORDER BY line) FROM e GROUP BY customer ORDER BY customer"
    known = draw.sample(database.execute(asked).fetchall(), count)
    found = [
        (number, customer, draw.choice(instants) + draw.randrange(draw.choice(REACHES)))
        for number, (customer, instants) in enumerate(known)
    ]
    database.execute("CREATE TABLE p (id BIGINT, customer BIGINT, now BIGINT)")
    database.executemany("INSERT INTO p VALUES (?, ?, ?)", found)
    database.execute(KNOWN)
    return found


def events(database: duckdb.DuckDBPyConnection) -> dict[int, list[Event]]:
    """Return what was known at each point, by its id."""
    told: dict[int, list[Event]] = {}
    asked = "SELECT id, t, line, name, product, worth FROM k ORDER BY id, t, line"
    for number, at, line, name, product, worth in database.execute(asked).fetchall():
        properties = {"product": product, "worth": worth / 1000}
        event = Event(at, f"{line:09}", "track", name, properties, {}, {})
        told.setdefault(number, []).append(event)
    return told
