"""A point that outlives its space, and whether it still proves what it proved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any as AnyValue
from typing import NamedTuple

from rules.matrix.check.columns import Column
from rules.matrix.check.search import Obstacle, Point
from rules.matrix.check.sorts import NOTHING
from rules.matrix.check.space import Space


class Spot(NamedTuple):
    """A point that outlives its space, with the columns it was found in."""

    columns: Sequence[Column]
    point: Point


def spot(space: Space, point: Point) -> Spot:
    """Return a point with its columns.

    >>> spot(Space([], None), [])
    Spot(columns=[], point=[])
    """
    return Spot(space.columns, point)


def still(space: Space, held: Spot, obstacles: Sequence[Obstacle]) -> bool:
    """Tell whether a spot is still somewhere, and meets none of these obstacles.

    >>> still(Space([], None), Spot([], []), [])
    True
    """
    point = list(space.full)
    for column, mask in zip(*held, strict=True):
        place = None if mask == column.full else space.places.get(column.subject)
        if place is None:
            continue
        now = space.columns[place]
        point[place] = mask if now is column else _moved(column, mask, now)
    return all(point) and not any(all(point[c] & m for c, m in o.sides) for o in obstacles)


def _moved(old: Column, mask: int, new: Column) -> int:
    """Return where the value that stood for a mask lies among other pieces, or 0 for unknown."""
    sample = old.pieces[(mask & -mask).bit_length() - 1].sample
    if sample is NOTHING:
        return 0
    return next((1 << i for i, p in enumerate(new.pieces) if _same(p.sample, sample)), 0)


def _same(one: AnyValue, other: AnyValue) -> bool:
    return type(one) is type(other) and one == other
