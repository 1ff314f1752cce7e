"""Two rows beside each other: whether both can hold for one visitor, and whether they always do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from rules.matrix.check import overlap
from rules.matrix.check.reach import inside
from rules.matrix.check.rows import Placed
from rules.matrix.check.search import Box, Budget, Obstacle, Point, find
from rules.matrix.check.space import Space


def common(space: Space, one: Placed, other: Placed, budget: Budget) -> Point | None:
    """Return where two rows both hold, or ``None``; ``UndecidedError`` over the budget.

    >>> common(Space([], None), Placed(0, None, ({},)), Placed(1, None, ({},)), Budget(9))
    []
    """
    return seek(space, _met(one, other), (), budget)


def same(space: Space, one: Placed, other: Placed, budget: Budget) -> bool:
    """Tell whether two rows hold for exactly the same visitors.

    >>> same(Space([], None), Placed(0, None, ({},)), Placed(1, None, ({},)), Budget(9))
    True
    """
    first, second = one.boxes or (), other.boxes or ()
    if {tuple(sorted(box.items())) for box in first} == {tuple(sorted(b.items())) for b in second}:
        return True
    within = inside(space, first, other.obstacles, budget)
    return within and inside(space, second, one.obstacles, budget)


def seek(
    space: Space, boxes: Iterable[Box], others: Iterable[Obstacle], budget: Budget
) -> Point | None:
    """Return a point of the boxes outside the others: somebody likely, or else somebody.

    First only known values as rows expect them, then the unknown too, then what has no value.

    >>> from rules.conditions import Member
    >>> seek(Space([Member("vip")], None), [{0: 0b110}], (), Budget(9))
    [2]
    """
    avoided = [*space.ties, *others]
    points = [space.point(box) for box in boxes]
    points = [p for p in points if find(p, avoided, budget, set()) is not None]
    for tier, point in product(_tiers(space), points):
        narrow = [mask & wanted for mask, wanted in zip(point, tier, strict=True)]
        found = find(narrow, avoided, budget, set()) if all(narrow) else None
        if found is not None:
            return found
    return None


def _tiers(space: Space) -> Iterator[list[int]]:
    yield [column.usual & column.proven or column.full for column in space.columns]
    yield [column.likely & column.proven or column.full for column in space.columns]
    yield [column.proven or column.full for column in space.columns]
    yield space.full


def _met(one: Placed, other: Placed) -> Iterator[Box]:
    for a, b in product(one.boxes or (), other.boxes or ()):
        box = overlap.common(a, b)
        if box is not None:
            yield box
