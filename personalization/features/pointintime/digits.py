"""Whole numbers larger than 64 bits, as digits of a thousand million in columns of their own."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

BASE = 10**9


def quotient(number: Any, divisor: Any) -> tuple[Any, Any]:
    """Return the whole quotient, rounded down, and what is left over, of a 64-bit expression.

    The quotient must be one that a double holds exactly. Engines divide integers as doubles,
    truncate, or round, and give the rest the sign of either: of a multiple all say the same.

    >>> import ibis
    >>> [part.type().is_int64() for part in quotient(ibis.literal(-7).cast("int64"), 2)]
    [True, True]
    """
    rest = (number % divisor + divisor) % divisor
    return ((number - rest) / divisor).round().cast("int64"), rest


def carried(table: Any, digits: Sequence[str]) -> Any:
    """Return the table with these columns, lowest first, below the base, all but the highest.

    The highest alone may be negative, and says the sign of the whole number.
    """
    for low, high in pairwise(digits):
        carry, rest = quotient(table[low], BASE)
        table = table.mutate(**{low: rest, high: table[high] + carry})
    return table


def divided(table: Any, digits: Sequence[str], divisor: int) -> Any:
    """Return the table with these columns, highest first, divided by a number, and ``rest``.

    The divisor is at most 2^32, and all digits but the highest are below the base.
    """
    table = table.mutate(rest=0)
    for digit in digits:
        whole, rest = quotient(table.rest * BASE + table[digit], divisor)
        table = table.mutate(**{digit: whole, "rest": rest})
    return table
