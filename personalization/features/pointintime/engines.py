"""A declared measure as SQL for the engines that outgrow one machine."""

from __future__ import annotations

import ibis
from ibis.config import Config

from personalization.features.pointintime.values import values
from rules.conditions import Measure

ENGINES = ("duckdb", "pyspark", "bigquery", "snowflake")
LOG = {"profile": "string", "at": "int64", "tie": "string", "name": "string"}
POINTS = {"profile": "string", "now": "int64"}


class Spark(Config):  # type: ignore[misc]
    """What Spark's compiler asks of Ibis's options where Spark itself is not installed."""

    treat_nan_as_null: bool = False


def sql(measure: Measure, engine: str) -> str:
    """Return the query over the tables ``events`` and ``points`` in an engine's own SQL.

    Columns of cells that are not in ``events`` are asked as NULL: name them in its schema first.
    ``InvalidError`` (``unsupported``) for what is not answered exactly alike.

    >>> "GROUP BY" in sql(Measure("Order Completed"), "bigquery")
    True
    """
    if ibis.options.pyspark is None:  # set by Spark itself where it is loaded
        ibis.options.pyspark = Spark()
    log, points = ibis.table(LOG, name="events"), ibis.table(POINTS, name="points")
    return str(ibis.to_sql(values(measure, points, log), dialect=engine))
