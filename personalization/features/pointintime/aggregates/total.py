"""How much it came to, over a whole log: exact in millionths, however much it is."""

from __future__ import annotations

from typing import Any

from personalization.features.pointintime.limits import bounded
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import aggregate

DECIMAL = "decimal(38, 0)"
"""Room for 10^20 values of the largest amount."""


@aggregate("sum", nothing=0)
def total(matched: Matched) -> Any:
    """Return the sum of the values that count at each point; 0 for none."""
    heard = matched.heard("amount")
    rows = matched.around(heard.filter(heard.amount.notnull()))
    sums = rows.amount.cast(DECIMAL).sum(where=rows.counts).fill_null(0)
    found = rows.group_by(*POINT).agg(value=sums, kept=rows.count())
    return found.select(*POINT, value=bounded(found.value, found.kept, matched.measure.span))
