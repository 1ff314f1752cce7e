"""Which rows may stand in each other's way, found column by column without comparing every two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rules.matrix.check.rows import Placed
from rules.matrix.check.search import Box, Budget

_BITS = 2_048
"""So many bits of a mask take as long as one look."""

_TOLD = 4
"""To tell a row, and all its boxes, takes as long as so many looks."""


class Near:
    """Some rows, and for each column whom it keeps apart: a bit for every row.

    >>> boxes = ({0: 0b01},), ({0: 0b10},), ({},)
    >>> rows = [Placed(place, None, box) for place, box in enumerate(boxes)]
    >>> [row.place for row in Near(rows, Budget(9)).of(rows[0].boxes)]
    [0, 2]
    """

    def __init__(self, rows: Sequence[Placed], budget: Budget) -> None:
        self._rows = {row.place: row for row in rows}
        self._budget = budget
        self._every = sum(1 << place for place in self._rows)
        self._asking: dict[int, list[tuple[int, int]]] = {}
        self._missed: dict[tuple[int, int], int] = {}
        for row in rows:
            for column, mask in hull(row.boxes or ()).items():
                self._asking.setdefault(column, []).append((row.place, mask))

    def of(self, boxes: Iterable[Box], before: int | None = None) -> list[Placed]:
        """Return the rows that may meet some of these boxes, in order; those before a place only.

        ``UndecidedError`` over the budget.
        """
        among = self._every if before is None else self._every & ((1 << before) - 1)
        found = 0
        for box in boxes:
            here = among
            for column, mask in box.items():
                here &= ~self._misses(column, mask)
            found |= here
            self._budget.look(1 + len(box) * (1 + len(self._rows) // _BITS))
        self._budget.look(found.bit_count() * _TOLD)
        return [self._rows[place] for place in _places(found)]

    def _misses(self, column: int, mask: int) -> int:
        """Return the rows that ask for something else in a column."""
        found = self._missed.get((column, mask))
        if found is None:
            asking = self._asking.get(column, ())
            self._budget.look(len(asking))
            found = sum(1 << place for place, wanted in asking if not wanted & mask)
            self._missed[column, mask] = found
        return found


def hull(boxes: Sequence[Box]) -> Box:
    """Return the smallest box around some boxes.

    >>> hull([{0: 0b001, 1: 0b1}, {0: 0b010}])
    {0: 3}
    """
    found = dict(boxes[0]) if boxes else {}
    for box in boxes[1:]:
        found = {column: mask | box[column] for column, mask in found.items() if column in box}
    return found


def _places(bits: int) -> Iterator[int]:
    while bits:
        last = bits & -bits
        yield last.bit_length() - 1
        bits ^= last
