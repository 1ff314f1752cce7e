"""Instants kept in order under a bound: what every window with an end is made of."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate, pairwise
from typing import Any, ClassVar

from rules.conditions import Measure, Span
from rules.windows.window import NUMBER, PATH

LIMIT = 10_000
"""How many instants one window keeps; with more the answer is unknown until enough have expired."""


def spread(instants: list[int]) -> list[int]:
    """Return the first instant and then the distances: short numbers for JSON.

    >>> spread([1_000, 1_002, 1_007])
    [1000, 2, 5]
    """
    return instants[:1] + [after - before for before, after in pairwise(instants)]


def gather(distances: list[int]) -> list[int]:
    """Return the instants ``spread`` was given.

    >>> gather([1000, 2, 5])
    [1000, 1002, 1007]
    """
    return list(accumulate(distances))


def differ(one: object, other: object) -> bool:
    """Tell whether two answers are not the same; 1 is not true, alone or in a list.

    >>> differ(1, True), differ((1, "a"), (True, "a")), differ((1, "a"), (1, "a"))
    (True, True, False)
    """
    if one != other or type(one) is not type(other):
        return True
    if not isinstance(one, tuple) or not isinstance(other, tuple):
        return False
    return any(type(a) is not type(b) for a, b in zip(one, other, strict=True))


class Kept:
    """The sorted instants that may still count, and from when on they tell the whole truth.

    ``lost`` is the newest instant that was let go for want of room; while it would count the
    answer is unknown. With a ``floor`` only what is later than it counts, whatever the span says. A
    subclass keeps what it needs beside each instant and cuts it in ``_cut``.
    """

    __slots__ = ("floor", "instants", "lost", "span")
    limit: ClassVar[int] = LIMIT
    takes: ClassVar[str] = PATH
    answers: ClassVar[tuple[str, ...]] = NUMBER
    millionths: ClassVar[bool] = False
    drifts: ClassVar[bool] = False
    nests: ClassVar[bool] = False
    prunes: ClassVar[bool] = False

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        del cap
        self.span: Span = measure.span
        self.instants: list[int] = []
        self.lost: int | None = None
        self.floor: int | None = None

    @staticmethod
    def reach(measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""
        return measure.span.length

    def _place(self, at: int) -> int | None:
        """Put the instant in its place and return its index; ``None`` where it never counts."""
        span = self.span
        if span.since is not None and at < span.since:
            return None
        if span.until is not None and at >= span.until:
            return None
        if self.lost is not None and at <= self.lost:
            return None
        instants = self.instants
        if not instants or at >= instants[-1]:
            instants.append(at)
            return len(instants) - 1
        index = bisect_right(instants, at)
        instants.insert(index, at)
        return index

    def _shed(self) -> None:
        """After an event: forget what is over by the newest instant, and what is past the bound."""
        instants = self.instants
        length = self.span.length
        if length is None:
            self.prune(instants[-1])
        elif instants[0] <= instants[-1] - length:
            self._cut(bisect_right(instants, instants[-1] - length))
        if len(instants) > self.limit:
            self._overflow()

    def _overflow(self) -> None:
        instants = self.instants
        self.lost = instants[len(instants) - self.limit - 1]
        self._cut(bisect_right(instants, self.lost))

    def _cut(self, count: int) -> None:
        """Forget the oldest ``count`` instants."""
        del self.instants[:count]

    def _blind_until(self, now: int) -> int | None:
        """Return from when on the answer is known again: 0 when it is, ``None`` for never."""
        if self.lost is None or (self.floor is not None and self.lost <= self.floor):
            return 0
        if self.span.length is None:
            return None
        known = self.lost + self.span.length
        return known if known > now else 0

    def _slice(self, now: int) -> tuple[int, int]:
        """Return from which index to which (exclusive) the instants count at ``now``."""
        span, instants = self.span, self.instants
        low = 0 if span.length is None else bisect_right(instants, now - span.length)
        high = bisect_right(instants, now - span.offset)
        if self.floor is not None:
            low = max(low, bisect_right(instants, self.floor))
            return low, max(low, high)
        return low, high

    def _steps(self, now: int) -> Iterator[tuple[int, int, int]]:
        """Yield ``(instant, low, high)`` for each later instant at which the slice differs."""
        known = self._blind_until(now)
        if known is None:
            return
        low, high = self._slice(max(known, now))
        if known:
            yield known, low, high
        instants, end = self.instants, len(self.instants)
        length, offset = self.span.length, self.span.offset
        while high < end or (length is not None and low < end):
            instant = instants[high] + offset if high < end else None
            if length is not None and low < end:
                over = instants[low] + length
                instant = over if instant is None or over < instant else instant
            assert instant is not None
            low, high = self._slice_from(low, high, instant)
            yield instant, low, high

    def _slice_from(self, low: int, high: int, now: int) -> tuple[int, int]:
        instants, end, span = self.instants, len(self.instants), self.span
        while high < end and instants[high] <= now - span.offset:
            high += 1
        if span.length is not None:
            while low < end and instants[low] <= now - span.length:
                low += 1
        return low, high

    def changes(self, now: int) -> Iterator[tuple[int, Any]]:
        """Yield ``(instant, value)`` of every change after ``now`` that needs no new event."""
        value = self.read(now)
        for instant, low, high in self._steps(now):
            fresh = self._answer(low, high)
            if differ(fresh, value):
                value = fresh
                yield instant, fresh

    def next_change(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which the answer differs without an event."""
        return next((instant for instant, _ in self.changes(now)), None)

    def read(self, now: int) -> Any:
        """Answer from the instants that count at ``now``; ``None`` while some were lost."""
        return None if self.blind(now) else self._answer(*self._slice(now))

    def _answer(self, low: int, high: int) -> Any:
        """Answer from the instants with ``low <= index < high``."""
        return high - low

    def blind(self, now: int) -> bool:
        """Say whether something counts at ``now`` that was let go for want of room."""
        return self.lost is not None and self._blind_until(now) != 0

    def known(self, now: int) -> int | None:
        """Return from when on nothing counts any more that was let go; ``None`` where none does."""
        return self._blind_until(now) or None

    def holds(self, now: int) -> bool:
        """Say whether some kept instant counts at ``now``."""
        low, high = self._slice(now)
        return low < high

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        held, span = self.holds(now), self.span
        if not span.offset:
            return self.instants[-1] + span.length if held and span.length is not None else None
        steps = self._steps(now)
        return next((instant for instant, low, high in steps if (low < high) is not held), None)

    def prune(self, now: int) -> None:
        """Forget the instants that are over at ``now``, and a loss that no longer matters."""
        length = self.span.length
        if length is None:
            return
        self._cut(bisect_right(self.instants, now - length))
        if self.lost is not None and self.lost <= now - length:
            self.lost = None

    def cut_through(self, floor: int) -> None:
        """Forget what is not later than an instant: no span will ever begin before it again."""
        if self.instants and self.instants[0] <= floor:
            self._cut(bisect_right(self.instants, floor))
        if self.lost is not None and self.lost <= floor:
            self.lost = None

    def empty(self) -> bool:
        """Say whether nothing is kept."""
        return not self.instants and self.lost is None
