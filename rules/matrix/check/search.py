"""Whether a box has a point outside all others: the one question every finding comes down to.

A box gives each column a set of pieces, and what it does not name is open. The others are taken
off it: those that leave one column to give way narrow it at once, and only where two or more could
give way is the box split, into parts that do not meet.
Source: unit propagation and splitting (M. Davis, G. Logemann, D. Loveland, 1962, "A machine program
for theorem-proving"), over many values in place of two.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

Box = Mapping[int, int]
"""A mask for each column that is restricted; a column that is absent is open."""
Point = list[int]
"""A mask for every column: each piece in it will do."""


_LOOKS = 64
"""So many looks at other boxes are a step more."""
_QUESTIONS = 8
"""A single question may use up one part of so many of the budget."""


class Obstacle(NamedTuple):
    """A box that is to be avoided, as pairs of column and mask, and whose it is."""

    sides: tuple[tuple[int, int], ...]
    owner: Hashable


class UndecidedError(Exception):
    """The budget was used up before an answer was found."""


class Budget:
    """How many steps may still be taken; one step looks at a box and 64 others at most."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self._share = max(1, steps // _QUESTIONS)
        self._stop = 0

    def ask(self) -> None:
        """Begin a question: it may use up its share, and leaves the rest to the others."""
        self._stop = max(0, self.left - self._share)

    def spend(self, looks: int = 0) -> None:
        """Take one step, more for every so many looks, or raise ``UndecidedError``."""
        cost = 1 + looks // _LOOKS
        if self.left - cost < self._stop:
            raise UndecidedError
        self.left -= cost


def find(
    point: Sequence[int], obstacles: Iterable[Obstacle], budget: Budget, used: set[Hashable]
) -> Point | None:
    """Return a box inside this one that meets no obstacle, or ``None`` when there is none.

    ``used`` takes up the owners without which the answer might be another.
    ``UndecidedError`` when the budget is used up.

    >>> find([0b11], [Obstacle(((0, 0b01),), "a")], Budget(9), set())
    [2]
    >>> find([0b11], [Obstacle(((0, 0b11),), "a")], Budget(9), set()) is None
    True
    """
    obstacles = list(obstacles)
    budget.spend(len(obstacles))
    box = list(point)
    met = _narrow(box, obstacles, used)
    if met is None:
        return None
    if not met:
        return box
    obstacle, open_sides = min(met, key=lambda pair: len(pair[1]))
    rest = [other for other, _ in met if other is not obstacle]
    used.add(obstacle.owner)
    for column, mask in open_sides:
        part = list(box)
        part[column] &= ~mask
        found = find(part, rest, budget, used)
        if found is not None:
            return found
        box[column] &= mask
    return None


_Met = list[tuple[Obstacle, list[tuple[int, int]]]]


def _narrow(box: Point, obstacles: list[Obstacle], used: set[Hashable]) -> _Met | None:
    """Give way where one column alone can; return what is still met, ``None`` if all is covered."""
    while True:
        met: _Met = []
        narrowed = False
        for obstacle in obstacles:
            sides = _open_sides(box, obstacle.sides)
            if sides is None:
                continue
            if len(sides) > 1:
                met.append((obstacle, sides))
                continue
            used.add(obstacle.owner)
            if not sides:
                return None
            column, mask = sides[0]
            box[column] &= ~mask
            narrowed = True
        if not narrowed:
            return met
        obstacles = [obstacle for obstacle, _ in met]


def _open_sides(box: Point, sides: tuple[tuple[int, int], ...]) -> list[tuple[int, int]] | None:
    """Return the sides where the box reaches beyond the obstacle; ``None`` if they do not meet."""
    beyond = []
    for side in sides:
        here = box[side[0]]
        common = here & side[1]
        if not common:
            return None
        if common != here:
            beyond.append(side)
    return beyond


def without(box: Box, count: int, full: Sequence[int]) -> Point:
    """Return a box as a mask for every column.

    >>> without({1: 0b01}, 2, [0b11, 0b11])
    [3, 1]
    """
    return [box.get(column, full[column]) for column in range(count)]
