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
from collections.abc import Callable, Iterable
from math import inf
from typing import Any, NamedTuple

from rules.facts import Facts
from rules.operators.registry import Check

Mask = Callable[[Any], int]
"""A value gives the clauses it does not exclude: bit *i* is clause *i*."""

_NOBODY = Facts()
_ELSE = ()


class Bound(NamedTuple):
    """A bound test, the points at which its truth may change, and whether it sees the unknown."""

    check: Check
    points: tuple[Any, ...]
    total: bool

    def holds(self, value: object) -> bool:
        """Tell whether the test is true of a value."""
        return (self.total or value is not None) and self.check(value, _NOBODY) is True


class Asked(NamedTuple):
    """One clause's bit and all it asks of one attribute."""

    bit: int
    tests: tuple[Bound, ...]

    def holds(self, value: object) -> bool:
        """Tell whether all of it is true of a value."""
        return all(test.holds(value) for test in self.tests)

    def points(self, *kinds: type) -> list[Any]:
        """Return the points of these types, each once, in order."""
        return sorted({p for test in self.tests for p in test.points if type(p) in kinds})


class Line(NamedTuple):
    """The bitmap of one attribute, laid open so that a loop can read it without a call.

    ``masks[2 * i]`` belongs to the gap before ``points[i]``, ``masks[2 * i + 1]`` to the point;
    the last point is infinity.
    """

    texts: dict[str, int]
    other_text: int
    points: list[float]
    masks: list[int]
    rest: Mask

    def mask(self, value: Any) -> int:
        """Return the clauses a value does not exclude."""
        kind = type(value)
        if kind is str:
            return self.texts.get(value, self.other_text)
        if kind is int or kind is float:
            i = bisect_left(self.points, value)
            return self.masks[2 * i + 1] if self.points[i] == value else self.masks[2 * i]
        return self.rest(value)


def line(asked: Iterable[Asked], unasked: int) -> Line:
    """Return the bitmap of one attribute; ``unasked`` are the clauses that ask nothing of it.

    >>> low = Bound(lambda value, facts: value < 3 if type(value) in (int, float) else None,
    ...             (3,), False)
    >>> mask = line([Asked(0b01, (low,))], 0b10).mask
    >>> bin(mask(2)), bin(mask(3)), bin(mask(None))
    ('0b11', '0b10', '0b10')
    """
    asked = list(asked)

    def at(value: object) -> int:
        return unasked | sum(one.bit for one in asked if one.holds(value))

    yes, no, unknown, other = at(True), at(False), at(None), at(_ELSE)

    def rest(value: object) -> int:
        if value is None:
            return unknown
        if value is True:
            return yes
        return no if value is False else other

    return Line(*_texts(asked, unasked), *_numbers(asked, unasked), rest)


def _texts(asked: list[Asked], unasked: int) -> tuple[dict[str, int], int]:
    """Return the clauses of every text that is named, and those of any other."""
    named: dict[str, int] = defaultdict(int)
    true: dict[str, int] = defaultdict(int)
    longest = max((len(p) for one in asked for p in one.points(str)), default=0)
    stranger = "\0" * (longest + 1)
    default = unasked | sum(one.bit for one in asked if one.holds(stranger))
    for one in asked:
        for point in one.points(str):
            named[point] |= one.bit
            true[point] |= one.bit if one.holds(point) else 0
    return {point: (default & ~bits) | true[point] for point, bits in named.items()}, default


def _numbers(asked: list[Asked], unasked: int) -> tuple[list[float], list[int]]:
    """Return the points, infinity last, and the clauses of each gap and point in turn."""
    points: list[float] = sorted({p for one in asked for p in one.points(int, float)})
    places = {point: i for i, point in enumerate(points)}
    turns: dict[int, int] = defaultdict(int)
    for one in asked:
        held = False
        own = one.points(int, float)
        for place, value in _pieces(own, places):
            holds = held if value is None else one.holds(value)
            if holds is not held:
                turns[place] ^= one.bit
                held = holds
    masks, mask = [], unasked
    for place in range(2 * len(points) + 2):
        mask ^= turns[place]
        masks.append(mask)
    return [*points, inf], masks


def _pieces(own: list[float], places: dict[float, int]) -> Iterable[tuple[int, float | None]]:
    """Yield where each piece of one clause's line begins, and a number that lies in it."""
    before: float = -inf
    place = 0
    for point in own:
        yield place, _between(before, point)
        yield 2 * places[point] + 1, point
        before, place = point, 2 * places[point] + 2
    yield place, inf


def _between(low: float, high: float) -> float | None:
    """Return a number strictly between two, or ``None`` where no number lies."""
    if low == -inf:
        return -inf
    for middle in (low / 2 + high / 2, int(low) + 1):
        if low < middle < high:
            return middle
    return None
