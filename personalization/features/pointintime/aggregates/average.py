"""What it was on average, over a whole log: rounded once, as the live window rounds."""

from __future__ import annotations

from typing import Any

import ibis

from personalization.features.pointintime.digits import BASE, quotient
from personalization.features.pointintime.limits import bounded
from personalization.features.pointintime.matched import POINT, Matched
from personalization.features.pointintime.registry import aggregate
from rules.values import LARGEST, SCALE

SHIFT = LARGEST * SCALE
"""Added to every value, so that none is negative: engines divide those alike."""


@aggregate("avg")
def average(matched: Matched) -> Any:
    """Return the mean of the values that count at each point, half away from zero.

    Values are added up in two digits, so that no sum of a billion of them leaves 64 bits. With S
    the sum of n shifted values, S = H * BASE + L, the mean is found by long division: no
    number in it is larger than 64 bits, and no quotient larger than a double holds exactly.
    """
    heard = matched.heard("amount")
    heard = heard.filter(heard.amount.notnull())
    high, low = quotient(heard.amount + SHIFT, BASE)
    digits = heard.mutate(high=high, low=low)
    rows = matched.around(digits)
    found = rows.group_by(*POINT).agg(
        high=rows.high.sum(where=rows.counts).cast("int64"),
        low=rows.low.sum(where=rows.counts).cast("int64"),
        number=rows.count(where=rows.counts),
        kept=rows.count(),
    )
    found = found.mutate(number=found.number.nullif(0))
    mean = _divided(found)
    return found.select(*POINT, value=bounded(mean, found.kept, matched.measure.span))


def _divided(found: Any) -> Any:
    high, over = quotient(found.high, found.number)
    low, rest = quotient(over * BASE + found.low, found.number)
    whole, twice = high * BASE + low, rest * 2
    negative = whole < SHIFT
    up = ibis.ifelse(negative, twice > found.number, twice >= found.number)
    return whole - SHIFT + ibis.ifelse(up, 1, 0)
