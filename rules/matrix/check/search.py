"""Whether a box has a point outside all others: the one question every finding comes down to.

A box gives each column a set of pieces, and what it does not name is open. The others are taken
off it: those that leave one column to give way narrow it at once, and only where two or more could
give way is the box split, into parts that do not meet.
Source: unit propagation and splitting (M. Davis, G. Logemann, D. Loveland, 1962, "A machine program
for theorem-proving"), over many values in place of two.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

Box = Mapping[int, int]
"""A mask for each column that is restricted; a column that is absent is open."""
Point = list[int]
"""A mask for every column: each piece in it will do."""


_LOOKS = 64
"""So many looks at a side of another box are a step more."""
_COPIED = 8
"""So many columns of a point cost no more than one look."""
_QUESTIONS = 8
"""A single question may use up one part of so many of the budget."""


class Obstacle(NamedTuple):
    """A box that is to be avoided, as pairs of column and mask, and whose it is."""

    sides: tuple[tuple[int, int], ...]
    owner: Hashable


_Met = list[tuple[Obstacle, list[tuple[int, int]]]]


class UndecidedError(Exception):
    """The budget was used up before an answer was found."""


class Budget:
    """How many steps may still be taken: one looks at a box and at 64 sides of others at most.

    >>> budget = Budget(3)
    >>> budget.spend(100)
    >>> budget.left
    1
    """

    def __init__(self, steps: int) -> None:
        self.left = steps
        self._share = max(1, steps // _QUESTIONS)
        self._stop = 0
        self._looks = 0

    def ask(self) -> None:
        """Begin a question: it may use up its share, and leaves the rest to the others."""
        self._stop = max(0, self.left - self._share)

    def spend(self, looks: int = 0) -> None:
        """Take one step, more for every so many looks, or raise ``UndecidedError``."""
        self._take(1 + looks // _LOOKS)

    def look(self, looks: int) -> None:
        """Take so many looks, 64 of them a step, or raise ``UndecidedError``."""
        self._looks += looks
        if self._looks >= _LOOKS:
            steps, self._looks = divmod(self._looks, _LOOKS)
            self._take(steps)

    def use(self, looks: int) -> None:
        """Take what so many looks cost, as far as there is any: what must be done is done."""
        self.left = max(0, self.left - looks // _LOOKS)

    def share(self, part: int) -> int:
        """Return one part of so many of what is left, in looks."""
        return self.left * _LOOKS // part

    def _take(self, steps: int) -> None:
        if self.left - steps < self._stop:
            raise UndecidedError
        self.left -= steps


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
    stack = [iter([(list(point), list(obstacles))])]
    while stack:
        parts = next(stack[-1], None)
        if parts is None:
            stack.pop()
            continue
        budget.spend(len(point) // _COPIED)
        box, others = parts
        met = _narrow(box, others, budget, used)
        if met is not None and not met:
            return box
        if met:
            stack.append(_split(box, met, used))
    return None


def _split(box: Point, met: _Met, used: set[Hashable]) -> Iterator[tuple[Point, list[Obstacle]]]:
    """Yield the parts of a box outside the obstacle that leaves least, with those still to avoid.

    They are made one after the other, and kept on a stack: a matrix of many rows is deeper than
    Python recurs.
    """
    obstacle, open_sides = min(met, key=lambda pair: len(pair[1]))
    rest = [other for other, _ in met if other is not obstacle]
    used.add(obstacle.owner)
    for column, mask in open_sides:
        part = list(box)
        part[column] &= ~mask
        yield part, rest
        box[column] &= mask


def _narrow(
    box: Point, obstacles: list[Obstacle], budget: Budget, used: set[Hashable]
) -> _Met | None:
    """Give way where one column alone can; return what is still met, ``None`` if all is covered."""
    while True:
        budget.look(sum(len(obstacle.sides) for obstacle in obstacles))
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
