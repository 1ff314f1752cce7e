"""Which columns decide nothing: whatever a visitor's value there, the rows answer the same.

Two visitors who differ in one column only are one point of a space in which that column stands
twice. The column tells them apart where a row holds for the first, no row before it does, and it
does not hold for the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules.matrix.check.atoms import ATTRIBUTE, OPAQUE, ROLLOUT, Subject
from rules.matrix.check.near import Near
from rules.matrix.check.rows import Placed, obstacles
from rules.matrix.check.search import Budget, Obstacle, find
from rules.matrix.check.space import Space


def groups(space: Space) -> Mapping[Subject, tuple[int, ...]]:
    """Return the columns of each subject, those that stand apart beside their attribute's own.

    >>> from rules.conditions import Member
    >>> groups(Space([Member("vip")], None))
    {Subject(kind='segment', of='vip'): (0,)}
    """
    found: dict[Subject, list[int]] = {}
    for place, column in enumerate(space.columns):
        subject = column.subject
        path = getattr(subject.of, "attribute", "") if subject.kind == OPAQUE else ""
        if subject.kind != ROLLOUT:
            key = Subject(ATTRIBUTE, path) if path else subject
            found.setdefault(key, []).append(place)
    return {subject: tuple(places) for subject, places in found.items()}


def discriminates(
    space: Space, group: Iterable[int], placed: Iterable[Placed], near: Near | None, budget: Budget
) -> bool:
    """Tell whether two visitors who differ in these columns alone can be answered differently.

    ``placed`` are the rows that ask about them. Where rows are asked in order, and the answer is
    the first that holds, ``near`` tells which of them may meet. ``UndecidedError`` over the budget.

    >>> discriminates(Space([], None), [], [], None, Budget(9))
    False
    """
    twice = _Twice(space, group)
    for row in placed:
        before = near.of(row.boxes or (), row.place) if near else ()
        avoided = [*space.ties, *obstacles(before)]
        avoided += [twice.second(obstacle) for obstacle in (*space.ties, *row.obstacles)]
        if twice.meets(row, avoided, budget):
            return True
    return False


class _Twice:
    """A space in which some columns stand a second time, behind all others."""

    def __init__(self, space: Space, group: Iterable[int]) -> None:
        self.space = space
        places = list(group)
        self.twins = {column: len(space.full) + i for i, column in enumerate(places)}
        self.beside = [space.full[column] for column in places]

    def second(self, obstacle: Obstacle) -> Obstacle:
        """Return the obstacle as the second visitor meets it."""
        sides = tuple((self.twins.get(column, column), mask) for column, mask in obstacle.sides)
        return Obstacle(sides, obstacle.owner)

    def meets(self, row: Placed, avoided: list[Obstacle], budget: Budget) -> bool:
        """Tell whether the row holds for a first visitor who avoids all this."""
        points = (self.space.point(box) + self.beside for box in row.boxes or ())
        return any(find(point, avoided, budget, set()) is not None for point in points)
