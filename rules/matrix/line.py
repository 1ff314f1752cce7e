"""Where a value lies on the line, and which clauses hold there: the bitmap of one attribute.

The truth of a clause's tests on one attribute can change only at the points they name. So the
tests are asked once for each piece of the line (a point, a gap between two, any other text, true,
false, unknown, anything else) when the matrix is compiled, and never again.
Source: T. V. Lakshman, D. Stiliadis, 1998, "High-speed policy-based packet forwarding using
efficient multi-dimensional range matching" (bit vectors over elementary intervals).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from math import inf
from typing import Any, NamedTuple

from rules.facts import Facts
from rules.operators.registry import Check
from rules.values import TYPES

_NOBODY = Facts()
_ELSE = ()
_TEXTS = frozenset(("string", "version", "ip"))
_NUMBERS = frozenset(("number", "datetime"))
_NUMERIC = (int, float)


class Bound(NamedTuple):
    """A bound test, the points at which its truth may change, and what it sees.

    ``kinds`` are the types it reads, any other is unknown to it; ``total``: it is asked about the
    unknown too.
    """

    check: Check
    points: tuple[Any, ...]
    total: bool = False
    kinds: tuple[str, ...] = TYPES

    def holds(self, value: object) -> bool:
        """Tell whether the test is true of a value."""
        return (self.total or value is not None) and self.check(value, _NOBODY) is True

    def beside(self, other: Bound) -> Bound:
        """Return the test that is true where both are."""
        return Bound(
            lambda value, _facts: self.holds(value) and other.holds(value),
            self.points + other.points,
            total=True,
        )


class Line(NamedTuple):
    """The bitmap of one attribute, laid open so that a loop can read it without a call.

    ``masks[2 * i]`` belongs to the gap before ``points[i]``, ``masks[2 * i + 1]`` to the point;
    the last point is infinity. ``other`` is for what is no text, no number and no boolean.
    """

    texts: dict[str, int]
    other_text: int
    points: list[float]
    masks: list[int]
    yes: int
    no: int
    unknown: int
    other: int

    def mask(self, value: Any) -> int:
        """Return the clauses a value does not exclude."""
        kind = type(value)
        if kind is str:
            return self.texts.get(value, self.other_text)
        if kind is int or kind is float:
            i = bisect_left(self.points, value)
            return self.masks[2 * i + 1] if self.points[i] == value else self.masks[2 * i]
        if value is None:
            return self.unknown
        if kind is bool:
            return self.yes if value else self.no
        return self.other


class Pieces:
    """Which clauses hold in each piece of one attribute's line, filled clause by clause.

    >>> low = Bound(lambda value, facts: value < 3 if type(value) in (int, float) else None, (3,))
    >>> pieces = Pieces()
    >>> pieces.add(0b01, low)
    >>> mask = pieces.line(0b11).mask
    >>> bin(mask(2)), bin(mask(3)), bin(mask(None))
    ('0b11', '0b10', '0b10')
    """

    def __init__(self) -> None:
        self.asked = self.asking = 0
        self.yes = self.no = self.unknown = self.other = 0
        self.text = self.below = 0
        self.named: dict[str, int] = defaultdict(int)
        self.true: dict[str, int] = defaultdict(int)
        self.at: dict[float, int] = defaultdict(int)
        self.after: dict[float, int] = defaultdict(int)

    def add(self, bit: int, bound: Bound) -> None:
        """Ask all that a clause, by its bit, wants of the attribute about each piece, once."""
        kinds = bound.kinds
        self.asked += 1
        self.asking |= bit
        if bound.total:
            self.unknown |= bit if bound.holds(None) else 0
        if "list" in kinds or "location" in kinds:
            self.other |= bit if bound.holds(_ELSE) else 0
        if "boolean" in kinds:
            self.yes |= bit if bound.holds(True) else 0
            self.no |= bit if bound.holds(False) else 0
        if not _TEXTS.isdisjoint(kinds):
            self._texts(bit, bound)
        if not _NUMBERS.isdisjoint(kinds):
            self._numbers(bit, bound)

    def _texts(self, bit: int, bound: Bound) -> None:
        named = [point for point in bound.points if type(point) is str]
        stranger = "\0".join(("", *named, ""))
        if bound.holds(stranger):
            self.text |= bit
        for point in named:
            self.named[point] |= bit
            if bound.holds(point):
                self.true[point] |= bit

    def _numbers(self, bit: int, bound: Bound) -> None:
        """Note at which points, or right after which, the clause begins or ceases to hold."""
        held = bound.holds(-inf)
        if held:
            self.below |= bit
        numbers = [point for point in bound.points if type(point) in _NUMERIC]
        for point, after in _gaps(numbers):
            if bound.holds(point) is not held:
                held = not held
                self.at[point] ^= bit
            if after is not None and bound.holds(after) is not held:
                held = not held
                self.after[point] ^= bit

    def line(self, everything: int) -> Line:
        """Return the line; the clauses of ``everything`` that ask nothing of it hold everywhere."""
        unasked = everything & ~self.asking
        text = unasked | self.text
        texts = {point: (text & ~bits) | self.true[point] for point, bits in self.named.items()}
        points = sorted(self.at.keys() | self.after.keys())
        rest = (unasked | held for held in (self.yes, self.no, self.unknown, self.other))
        return Line(texts, text, [*points, inf], self._masks(points, unasked), *rest)

    def weight(self) -> int:
        """Return how many masks the line will have."""
        return len(self.named) + len(self.at) + len(self.after)

    def _masks(self, points: list[float], unasked: int) -> list[int]:
        mask = unasked | self.below
        masks = [mask]
        for point in points:
            mask = mask ^ self.at[point] if point in self.at else mask
            masks.append(mask)
            mask = mask ^ self.after[point] if point in self.after else mask
            masks.append(mask)
        return [*masks, mask]


def _gaps(points: list[float]) -> Iterator[tuple[float, float | None]]:
    """Yield each point in order, and a number in the gap right after it, where there is one."""
    points = sorted(set(points)) if len(points) > 1 else points
    for i, point in enumerate(points):
        yield point, inf if i + 1 == len(points) else _between(point, points[i + 1])


def _between(low: float, high: float) -> float | None:
    """Return a number strictly between two, or ``None`` where no number lies."""
    for middle in (low / 2 + high / 2, int(low) + 1):
        if low < middle < high:
            return middle
    return None
