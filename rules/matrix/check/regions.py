"""Where a condition is true, as boxes: an alternative each, those that touch in one column joined.

Negation is pushed down to the leaves, where true and false are two masks (De Morgan holds in
Kleene's logic), so nothing is ever asked about the unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rules.conditions import All, Any, Condition, Everyone, Not
from rules.matrix.check.overlap import common
from rules.matrix.check.search import Box, Budget

_FEW = 4
"""So few boxes are compared whatever was compared before."""
_COMPARED = 8
"""To compare two boxes takes as long as so many looks."""
Leaf = Callable[[Condition, bool], Condition | tuple[int, int]]
"""A leaf and a truth give the column and the mask of its pieces with it, or other words for it."""


class TooManyError(Exception):
    """A condition has more alternatives than are looked at."""


class Effort:
    """How many boxes a condition may come to, and how many may be compared in all."""

    def __init__(self, most: int, comparisons: int, budget: Budget) -> None:
        self.most = most
        self.left = comparisons
        self._budget = budget

    def spend(self, boxes: int) -> None:
        """Compare a box with so many others, or raise ``TooManyError``."""
        self.left -= boxes
        self._budget.use(boxes * _COMPARED)
        if boxes > self.most or (self.left < 0 and boxes > _FEW):
            raise TooManyError

    def pair(self, boxes: int, others: int) -> None:
        """Let so many boxes meet so many others, or raise ``TooManyError``."""
        if others > 1:
            self.left -= boxes * others
            self._budget.use(boxes * others * _COMPARED)
            if self.left < 0 and boxes * others > _FEW:
                raise TooManyError


def region(condition: Condition, truth: bool, leaf: Leaf, effort: Effort) -> list[Box]:
    """Return boxes that together are where the condition has this truth; none for nowhere.

    ``TooManyError`` for more boxes than the effort allows.

    >>> from rules.conditions import Member
    >>> either = Any((Member("a"), Member("b")))
    >>> effort = Effort(9, 99, Budget(9))
    >>> region(either, True, lambda member, truth: ("ab".index(member.segment), 1), effort)
    [{0: 1}, {1: 1}]
    """
    if isinstance(condition, Not):
        return region(condition.part, not truth, leaf, effort)
    if isinstance(condition, Everyone):
        return [{}] if truth else []
    if not isinstance(condition, All | Any):
        place = leaf(condition, truth)
        if not isinstance(place, tuple):
            return region(place, truth, leaf, effort)
        column, mask = place
        return [{column: mask}] if mask else []
    parts = [region(part, truth, leaf, effort) for part in condition.parts]
    if isinstance(condition, Any) is truth:
        return _united((box for boxes in parts for box in boxes), effort)
    parts.sort(key=len)
    found: list[Box] = [{}]
    for boxes in parts:
        effort.pair(len(found), len(boxes))
        both = (common(one, other) for one in found for other in boxes)
        found = _united((box for box in both if box is not None), effort)
    return found


def _united(boxes: Iterable[Box], effort: Effort) -> list[Box]:
    """Return the boxes, none in another, joined where one column alone tells them apart."""
    found: list[Box] = []
    for box in boxes:
        grown: Box = box
        while (other := _neighbour(grown, found)) is not None:
            found.remove(other)
            grown = _joined(grown, other)
        if not any(_inside(grown, other) for other in found):
            found.append(grown)
        effort.spend(len(found))
    return found


def _neighbour(box: Box, others: list[Box]) -> Box | None:
    """Return a box that this one swallows, or can be joined with into one."""
    return next((other for other in others if _inside(other, box) or _touch(box, other)), None)


def _touch(one: Mapping[int, int], other: Mapping[int, int]) -> bool:
    alike = one.keys() == other.keys()
    return alike and sum(mask != other[column] for column, mask in one.items()) == 1


def _inside(one: Box, other: Box) -> bool:
    return all(column in one and not one[column] & ~mask for column, mask in other.items())


def _joined(one: Box, other: Box) -> Box:
    if _inside(other, one):
        return one
    return {column: mask | other[column] for column, mask in one.items()}
