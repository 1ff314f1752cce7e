"""What was found out about rows before an edit, and as long as it must still be true.

A visitor found for a row proves that it is reached as long as the row is the same and no row in its
way holds for that visitor; rows that hide it prove the contrary as long as they are there.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any as AnyValue
from typing import NamedTuple

from rules.matrix.check.atoms import Subject
from rules.matrix.check.columns import Column
from rules.matrix.check.samples import NOTHING
from rules.matrix.check.search import Obstacle, Point
from rules.matrix.check.space import Space
from rules.matrix.document import Row

Spot = dict[Subject, tuple[Column, int]]
"""A point that outlives its space: what is restricted, with the column it was restricted in."""


class Kept(NamedTuple):
    """An answer and the rows it rests on; it stands as long as they do."""

    rows: tuple[Row, ...]
    answer: AnyValue


class Memory:
    """Answers by question; those not asked for during one check are forgotten at its end."""

    def __init__(self) -> None:
        self._old: dict[Hashable, Kept] = {}
        self._new: dict[Hashable, Kept] = {}

    def get(self, question: Hashable, rows: Mapping[str, Row]) -> Kept | None:
        """Return the answer if every row it rests on is among these, unchanged."""
        kept = self._old.get(question)
        if kept is None or not all(rows.get(row.id) == row for row in kept.rows):
            return None
        return kept

    def put(self, question: Hashable, rows: Iterable[Row], answer: AnyValue) -> None:
        """Keep an answer until the end of the next check."""
        self._new[question] = Kept(tuple(rows), answer)

    def turn(self) -> None:
        """End a check."""
        self._old, self._new = self._new, {}


def spot(space: Space, point: Point) -> Spot:
    """Return a point without the columns that are open there.

    >>> spot(Space([], None), [])
    {}
    """
    pairs = zip(space.columns, point, strict=True)
    return {column.subject: (column, mask) for column, mask in pairs if mask != column.full}


def still(space: Space, held: Spot, obstacles: Sequence[Obstacle]) -> bool:
    """Tell whether a spot is still somewhere, and meets none of these obstacles.

    >>> still(Space([], None), {}, [])
    True
    """
    point = list(space.full)
    for subject, (column, mask) in held.items():
        place = space.places.get(subject)
        if place is None:
            continue
        now = space.columns[place]
        point[place] = mask if now is column else _moved(column, mask, now)
        if not point[place]:
            return False
    return not any(all(point[c] & m for c, m in o.sides) for o in obstacles)


def _moved(old: Column, mask: int, new: Column) -> int:
    """Return where the value that stood for a mask lies among other pieces, or 0 for unknown."""
    sample = old.pieces[(mask & -mask).bit_length() - 1].sample
    if sample is NOTHING:
        return 0
    return next((1 << i for i, p in enumerate(new.pieces) if _same(p.sample, sample)), 0)


def _same(one: AnyValue, other: AnyValue) -> bool:
    return type(one) is type(other) and one == other
