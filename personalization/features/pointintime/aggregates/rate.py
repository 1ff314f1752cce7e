"""How often it happened for each time that something else did, over a whole log."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from personalization.features.pointintime.aggregates.count import count
from personalization.features.pointintime.digits import quotient
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import aggregate


@aggregate("rate")
def rate(matched: Matched) -> Any:
    """Return the events for each event of the other name, in millionths, half away from zero.

    The filter is asked of the events counted only. Unknown without the others.
    """
    measure = matched.measure
    own = count(matched).view()  # it may be the very count it is divided by
    by = replace(measure, event=measure.path or "", where=None, path=None)
    per = count(Matched(by, matched.points, matched.events))
    same = [per[name] == own[name] for name in POINT]
    both = per.left_join(own, same, rname="{name}_own")
    heard = both[f"{POINT[0]}_own"].notnull()
    both = both.mutate(times=heard.ifelse(both.value_own, 0), per=both.value.nullif(0))
    value, _ = quotient(2_000_000 * both.times + both.per, 2 * both.per)
    return both.select(*POINT, value=value)
