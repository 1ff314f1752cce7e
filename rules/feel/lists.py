"""Functions of FEEL on lists: the smallest and the largest, sum and mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import reduce
from typing import Any

from rules.feel.arithmetic import calculated
from rules.feel.comparing import less
from rules.feel.values import kind


def _items(given: tuple[Any, ...]) -> Iterator[Any]:
    listed = given[0] if len(given) == 1 and isinstance(given[0], tuple) else given
    return iter(listed)


def _extreme(smaller: bool) -> Callable[..., object]:
    def better(best: object, value: object) -> object:
        truth = less(value, best) if smaller else less(best, value)
        if truth is None:
            raise TypeError(kind(value))
        return value if truth else best

    def way(*given: Any) -> object:
        found = tuple(_items(given))
        if len(found) == 1 and kind(found[0]) == "null":
            return None
        return reduce(better, found)

    return way


def total(*given: Any) -> object:
    """Return the sum of numbers, or null.

    >>> total(Decimal(1), Decimal(2))
    Decimal('3')
    """
    found = tuple(_items(given))
    if not all(isinstance(value, Decimal) for value in found):
        return None
    return reduce(lambda a, b: calculated("+", a, b), found) if found else None


def mean(*given: Any) -> object:
    """Return the mean of numbers, or null.

    >>> mean(Decimal(1), Decimal(2))
    Decimal('1.5')
    """
    found = tuple(_items(given))
    return calculated("/", total(*found), Decimal(len(found))) if found else None


smallest = _extreme(smaller=True)
largest = _extreme(smaller=False)
