"""Powers of two between two half-lives, to nine decimals, as an expression every engine answers."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal, localcontext
from math import log
from typing import Any

import ibis

from rules.windows.decayed import FINE

PIECES = 64
"""The powers of so many places are written into the query; what lies between is a short series."""
_TERMS = 8
_DIGITS = 60


def _table() -> tuple[list[int], list[float]]:
    """Return 2 to the power of each place in thousand-millionths: whole ones, and the rest."""
    with localcontext(prec=_DIGITS):
        exact = [Decimal(2) ** (Decimal(i) / PIECES) * FINE for i in range(PIECES + 1)]
        whole = [number.to_integral_value(ROUND_FLOOR) for number in exact]
        rest = [float(number - part) for number, part in zip(exact, whole, strict=True)]
    return [int(part) for part in whole], rest


def power(place: Any, half: int) -> Any:
    """Return 2 to the power of ``place / half`` in thousand-millionths; ``place`` is below it.

    It is wrong by less than a hundredth of a millionth of one: only where the true power lies that
    near to the middle between two whole numbers it may be rounded the other way.

    >>> power(ibis.literal(0), 10).type().is_int64()
    True
    """
    whole, rest = _power(place, half)
    return whole + (rest + 0.5).floor().cast("int64")


def fading(place: Any, half: int) -> Any:
    """Return 2 to the power of ``-place / half`` in thousand-millionths.

    >>> fading(ibis.literal(0), 10).type().is_int64()
    True
    """
    whole, rest = _power(half - place, half)
    odd = whole % 2
    even = ((whole - odd) / 2).round().cast("int64")
    return even + ((rest + odd) / 2 + 0.5).floor().cast("int64")


def _power(place: Any, half: int) -> tuple[Any, Any]:
    """Return a whole number and a double to be added to it: e^y - 1 of a small y is a series."""
    wholes, rests = _table()
    over = (place * PIECES) % half
    piece = ((place * PIECES - over) / half).round().cast("int32")  # Spark takes no longer index
    whole, rest = ibis.array(wholes)[piece].cast("int64"), ibis.array(rests)[piece]
    y = over.cast("float64") * (log(2) / (PIECES * half))
    series = ibis.literal(1.0)
    for term in range(_TERMS, 1, -1):
        series = 1.0 + y / float(term) * series
    return whole, rest + (whole.cast("float64") + rest) * (y * series)
