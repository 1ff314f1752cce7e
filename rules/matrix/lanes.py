"""Which clauses a list of items satisfies: a table from item to clauses, one lane at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

_SINGLE = (str, int, float, bool)

Table = dict[Any, int]


class Items(NamedTuple):
    """One clause's bit, the sets it wants one item of, and the items it wants none of."""

    bit: int
    any_of: tuple[tuple[Any, ...], ...]
    none_of: tuple[Any, ...]


class Lanes(NamedTuple):
    """The bitmap of one list attribute; bit *i* is clause *i*.

    Lane *k* holds the *k*-th set of each clause, so that one OR over the items answers a lane; with
    it stand the clauses that have no such set. ``unasked`` are those that ask nothing of the list.
    """

    lanes: tuple[tuple[Table, int], ...]
    never: Table
    everything: int
    unasked: int

    def mask(self, value: Any) -> int:
        """Return the clauses a value does not exclude."""
        if type(value) is not tuple and type(value) is not list:
            return self.unasked
        try:
            return self._among(value)
        except TypeError:  # an item that is a list or an object itself
            return self._among([item for item in value if type(item) in _SINGLE])

    def _among(self, items: Sequence[Any]) -> int:
        found = self.everything
        for table, free in self.lanes:
            for item in items:
                if item in table:
                    free |= table[item]  # noqa: PLW2901 the lane fills up
            found &= free
        never = self.never
        for item in items:
            if item in never:
                found &= ~never[item]
        return found


def lanes(asked: Sequence[Items], everything: int) -> Lanes:
    """Return the bitmap of what some of ``everything`` ask of one list attribute.

    >>> found = lanes([Items(0b01, (("red", "blue"),), ("old",))], 0b11)
    >>> bin(found.mask(("blue",))), bin(found.mask(("blue", "old"))), bin(found.mask(None))
    ('0b11', '0b10', '0b10')
    """
    tables = [
        _table((one.bit, one.any_of[k]) for one in asked if k < len(one.any_of))
        for k in range(max((len(one.any_of) for one in asked), default=0))
    ]
    free = [everything & ~reduce(or_, table.values(), 0) for table in tables]
    never = _table((one.bit, one.none_of) for one in asked)
    unasked = everything & ~sum(one.bit for one in asked)
    return Lanes(tuple(zip(tables, free, strict=True)), never, everything, unasked)


def _table(asked: Iterable[tuple[int, tuple[Any, ...]]]) -> Table:
    table: Table = defaultdict(int)
    for bit, items in asked:
        for item in items:
            table[item] |= bit
    return dict(table)
