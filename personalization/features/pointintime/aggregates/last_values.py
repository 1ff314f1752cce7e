"""What it was the last few times, over a whole log: a list of values with their places."""

from __future__ import annotations

from typing import Any

import ibis

from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import LIST, SAID, aggregate
from personalization.features.pointintime.said import told_values


@aggregate("last_values", columns=LIST)
def last_values(matched: Matched) -> Any:
    """Return the values of the latest events that count at each point; NULL for none.

    Each has its ``place``, 0 for the latest: not every engine can put a list in order.
    """
    rows = matched.around(told_values(matched))
    rows = rows.filter(rows.counts)
    turns = ibis.window(group_by=[rows[name] for name in POINT], order_by=ibis.desc(rows.turn))
    ranked = rows.mutate(place=ibis.row_number().over(turns))
    ranked = ranked.filter(ranked.place < matched.measure.setting)
    each = ibis.struct({name: ranked[name] for name in ("place", *SAID)})
    return ranked.group_by(*POINT).agg(list=each.collect())
