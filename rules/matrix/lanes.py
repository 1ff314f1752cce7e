"""Which clauses a list of items satisfies: a table from item to clauses, one lane at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from rules.matrix.line import Mask

_SINGLE = (str, int, float, bool)


class Items(NamedTuple):
    """One clause's bit, the sets it wants one item of, and the items it wants none of."""

    bit: int
    any_of: tuple[tuple[Any, ...], ...]
    none_of: tuple[Any, ...]


def lanes(asked: Iterable[Items], unasked: int) -> Mask:
    """Return the bitmap of one list attribute; ``unasked`` are the clauses that ask nothing of it.

    Lane *k* holds the *k*-th set of each clause, so that one OR over the items answers a lane.

    >>> mask = lanes([Items(0b01, (("red", "blue"),), ("old",))], 0b10)
    >>> bin(mask(("blue",))), bin(mask(("blue", "old"))), bin(mask(None))
    ('0b11', '0b10', '0b10')
    """
    asked = list(asked)
    everything = unasked | sum(one.bit for one in asked)
    tables = [
        _table((one.bit, one.any_of[k]) for one in asked if k < len(one.any_of))
        for k in range(max((len(one.any_of) for one in asked), default=0))
    ]
    never = _table((one.bit, one.none_of) for one in asked)
    wild = [everything & ~reduce(or_, table.values(), 0) for table in tables]
    rows = tuple(zip(tables, wild, strict=True))

    def mask(value: Any) -> int:
        if type(value) is not tuple and type(value) is not list:
            return unasked
        found = everything
        items = [item for item in value if type(item) in _SINGLE]
        for table, free in rows:
            for item in items:
                free |= table.get(item, 0)  # noqa: PLW2901 the lane fills up
            found &= free
        for item in items:
            found &= ~never.get(item, 0)
        return found

    return mask


def _table(asked: Iterable[tuple[int, tuple[Any, ...]]]) -> dict[Any, int]:
    table: dict[Any, int] = defaultdict(int)
    for bit, items in asked:
        for item in items:
            table[item] |= bit
    return dict(table)
