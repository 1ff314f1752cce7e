"""Where on the line of numbers a test holds, as intervals that compare exactly with any array."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import ceil, floor, inf, nextafter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from rules.columns.column import Mask, Question, never
from rules.matrix.line import Bound, Pieces

Numbers = npt.NDArray[Any]
Test = Callable[[Numbers], Mask]
_MOST = 8
_LEAST, _GREATEST = -(2**63), 2**63 - 1


class Interval(NamedTuple):
    """From ``low`` to ``high``, each of them included where it is said to be closed."""

    low: float
    low_closed: bool
    high: float
    high_closed: bool

    def is_point(self) -> bool:
        """Tell whether it is one number."""
        return self.low == self.high


def points(question: Question) -> tuple[float, ...] | None:
    """Return all numbers at which the answer may change along the line, ``None`` if unknown.

    >>> from rules.operators.registry import operators
    >>> part = operators["within_last"]
    >>> points(Question(part, 10, part.bind(10), now=100))
    (90, 100)
    """
    operand = question.operand
    if question.operator.index == "points":
        named = operand if isinstance(operand, tuple) else (operand,)
        return tuple(point for point in named if type(point) in (int, float))
    moving = _MOVING.get(question.operator.name)
    return None if moving is None else moving(operand, question.now)


_MOVING: dict[str, Callable[[int, int], tuple[int, ...]]] = {
    name: turns
    for names, turns in (
        (("within_last", "not_within_last"), lambda length, now: (now - length, now)),
        (("older_than", "not_older_than"), lambda length, now: (now - length,)),
        (("within_next", "not_within_next"), lambda length, now: (now, now + length)),
        (("further_than", "not_further_than"), lambda length, now: (now + length,)),
    )
    for name in names
}


def tested(question: Question, turns: tuple[float, ...], dtype: np.dtype[Any]) -> Test:
    """Return the test of an array of int64 or float64: exact, whatever the operand's type.

    >>> from rules.operators.registry import operators
    >>> part = operators["more_than"]
    >>> test = tested(Question(part, 2.5, part.bind(2.5)), (2.5,), np.dtype(np.int64))
    >>> test(np.array([2, 3])).tolist()
    [False, True]
    """
    pieces = Pieces()
    pieces.add(1, Bound(lambda value, _: question.holds(value), turns))
    line = pieces.line(1)
    truths = [bool(mask) for mask in line.masks[: 2 * len(line.points) - 1]]
    held = list(_intervals(line.points[:-1], truths))
    rest = list(_intervals(line.points[:-1], [not truth for truth in truths]))
    if len(rest) < len(held):
        opposite = _either(rest, dtype)
        return lambda numbers: ~opposite(numbers)
    return _either(held, dtype)


def _intervals(turns: list[float], truths: list[bool]) -> Iterator[Interval]:
    """Yield the runs of true pieces; the pieces are gap, point, gap, point ... gap."""
    start = None
    for piece, truth in enumerate([*truths, False]):
        if truth and start is None:
            start = piece
        elif not truth and start is not None:
            low = turns[(start - 1) // 2] if start else -inf
            last = piece - 1
            high = turns[last // 2] if last // 2 < len(turns) else inf
            yield Interval(low, start % 2 == 1, high, last % 2 == 1)
            start = None


def _either(intervals: list[Interval], dtype: np.dtype[Any]) -> Test:
    single = [interval.low for interval in intervals if interval.is_point()]
    tests = [_within(interval, dtype) for interval in intervals if not interval.is_point()]
    exact = [_exact(point, dtype) for point in single]
    found = [point for point in exact if point is not None]
    if len(found) > _MOST:
        sought = np.array(found, dtype)
        tests.append(lambda numbers: np.isin(numbers, sought))
    else:
        tests += [_equal(point) for point in found]
    if not tests:
        return lambda numbers: never(slice(0, len(numbers)))
    first, *others = tests

    def test(numbers: Numbers) -> Mask:
        mask = first(numbers)
        for other in others:
            mask |= other(numbers)
        return mask

    return test


def _equal(point: Any) -> Test:
    return lambda numbers: numbers == point


def _within(interval: Interval, dtype: np.dtype[Any]) -> Test:
    low, high = (_whole if dtype.kind == "i" else _real)(interval)

    def test(numbers: Numbers) -> Mask:
        if low is None and high is None:
            return np.ones(len(numbers), np.bool_)
        mask: Mask = numbers <= high if low is None else numbers >= low
        if low is not None and high is not None:
            mask &= numbers <= high
        return mask

    return test


def _whole(interval: Interval) -> tuple[Any, Any]:
    """Return the first and the last whole number inside, ``None`` for no end within 64 bits."""
    low = high = None
    if interval.low != -inf:
        least = ceil(interval.low) if interval.low_closed else floor(interval.low) + 1
        low = min(least, _GREATEST + 1) if least > _LEAST else None
    if interval.high != inf:
        most = floor(interval.high) if interval.high_closed else ceil(interval.high) - 1
        high = max(most, _LEAST - 1) if most < _GREATEST else None
    return low, high


def _real(interval: Interval) -> tuple[Any, Any]:
    """Return the smallest and the largest double inside, ``None`` for no end."""
    low = high = None
    if interval.low != -inf:
        low = _double(interval.low, inf)
        if low == interval.low and not interval.low_closed:
            low = nextafter(low, inf)
    if interval.high != inf:
        high = _double(interval.high, -inf)
        if high == interval.high and not interval.high_closed:
            high = nextafter(high, -inf)
    return low, high


def _double(number: float, towards: float) -> float:
    """Return the double next to a number, itself where it is one, else on the side asked for."""
    try:
        near = float(number)
    except OverflowError:
        near = inf if number > 0 else -inf
    wrong = near < number if towards > 0 else near > number
    return nextafter(near, towards) if wrong else near


def _exact(point: float, dtype: np.dtype[Any]) -> int | float | None:
    """Return a point as the array would hold it, ``None`` where it cannot."""
    if dtype.kind == "i":
        return int(point) if point == floor(point) and _LEAST <= point <= _GREATEST else None
    near = _double(point, inf)
    return near if near == point else None
