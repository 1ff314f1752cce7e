"""Again and again: in how many of the last periods it happened."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby
from typing import Any, Self, cast

from rules.conditions import Measure, Span
from rules.windows.habit import Habit
from rules.windows.kept import Kept, gather, spread
from rules.windows.registry import kinds
from rules.windows.window import Json


@kinds.named("regularly")
class Regularly(Habit, Kept):
    """Whether it happened in at least so many of the last periods of one length.

    The last period ends now: with periods of a week an event counts for the first one until it is a
    week old, then for the second. An event between two others that are less than a period apart
    never decides and is not kept, so there are never more than two a period.

    >>> week = Measure("Order Completed", kind="regularly", setting=(2, 3, 7))
    >>> window = Regularly(week)
    >>> window.add(1, None, "a"); window.add(9, None, "b")
    >>> window.read(9), window.read(21), list(window.changes(9))
    (True, True, [(22, False)])
    """

    __slots__ = ("each", "of", "periods")

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure, cap)
        self.periods, self.of, self.each = cast("tuple[int, int, int]", measure.setting)
        span = measure.span
        self.span = Span(self.of * self.each, 0, span.since, span.until)

    @staticmethod
    def reach(measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""
        _, of, each = cast("tuple[int, int, int]", measure.setting)
        return of * each

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event; the value plays no part."""
        del value, tie
        index = self._place(at)
        if index is None:
            return
        self._thin(index)
        self._shed()

    def _thin(self, index: int) -> None:
        """Forget the new instant, or its neighbours, where others stand close on both sides."""
        instants = self.instants
        for place in (index + 1, index, index - 1):
            if not 0 <= place < len(instants):
                continue
            alike = place > 0 and instants[place - 1] == instants[place]
            inside = 0 < place < len(instants) - 1
            if alike or (inside and instants[place + 1] - instants[place - 1] < self.each):
                del instants[place]

    def read(self, now: int) -> Any:
        """Say whether it happened in enough periods."""
        if self.blind(now):
            return None
        return self._mask(now).bit_count() >= self.periods

    def _mask(self, now: int) -> int:
        """Return the periods in which something happened, the last one as the lowest bit."""
        mask = 0
        for at in self.instants:
            age = (now - at) // self.each
            if age < self.of:
                mask |= 1 << age
        return mask

    def changes(self, now: int) -> Iterator[tuple[int, Any]]:
        """Yield ``(instant, truth)`` of every change after ``now`` without an event."""
        truth = self.read(now)
        while True:
            due = self._turn(now, truth)
            if due is None:
                return
            now, truth = due, not truth
            yield now, truth

    def _turn(self, now: int, truth: Any) -> int | None:
        """Return when the truth turns next.

        Within one period's length each event passes one border between two periods. After any of
        these passings, and a whole number of periods later again and again, the same events lie in
        the same periods, each one further back, until they fall out one after the other: seen from
        there their number only falls.
        """
        dues = []
        for start, mask in self._stages(now):
            enough = mask.bit_count() >= self.periods
            if not truth:
                if enough and start > now:
                    return start
            elif start > now or enough:
                dues.append(start + self._lasting(mask) * self.each)
        return min(dues) if truth else None

    def _stages(self, now: int) -> Iterator[tuple[int, int]]:
        """Yield ``now``, and each passing of a border in the next period, with the mask there."""
        ages = [divmod(now - at, self.each) for at in self.instants]
        counts = [0] * (self.of + 1)
        for age, _ in ages:
            counts[min(age, self.of)] += 1
        mask = sum(1 << age for age, count in enumerate(counts[: self.of]) if count)
        yield now, mask
        passing = sorted((self.each - rest, age) for age, rest in ages if age < self.of)
        for after, moved in groupby(passing, key=lambda one: one[0]):
            for _, age in moved:
                counts[age] -= 1
                counts[age + 1] += 1
                mask = mask if counts[age] else mask & ~(1 << age)
                mask |= 1 << (age + 1)
            mask &= (1 << self.of) - 1
            yield now + after, mask

    def _lasting(self, mask: int) -> int:
        """Return after how many more periods too few of these are left."""
        low, high = 0, self.of
        while low < high:
            middle = (low + high) // 2
            left = mask & ((1 << (self.of - middle)) - 1)
            low, high = (low, middle) if left.bit_count() < self.periods else (middle + 1, high)
        return low

    def merge(self, other: Self) -> None:
        """Take in the other's events."""
        for at in other.instants:
            self.add(at, None, "")
        lost = [one for one in (self.lost, other.lost) if one is not None]
        if lost:
            self.lost = max(lost)
            self._cut(bisect_right(self.instants, self.lost))

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.span, twin.lost, twin.floor = self.span, self.lost, self.floor
        twin.periods, twin.of, twin.each = self.periods, self.of, self.each
        twin.instants = self.instants.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[lost, instant, distance, ...]``."""
        return [self.lost, *spread(self.instants)]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.lost = state[0]
        window.instants = gather(state[1:])
        return window
