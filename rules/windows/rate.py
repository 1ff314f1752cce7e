"""How often it happened for each time that something else did: two counts, divided once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from heapq import merge
from itertools import groupby
from typing import Any, ClassVar, Self

from rules.conditions import Measure
from rules.windows.registry import create, kinds, load
from rules.windows.runs import Runs
from rules.windows.window import EVENT, NUMBER, Json, Sign, Window


def _count(measure: Measure) -> Measure:
    return replace(measure, kind="count", path=None, where=None)


@kinds.named("rate")
class Rate:
    """Events in the span for each event of the other name, in millionths; unknown without those.

    The filter is asked of the events counted, not of those they are counted by. Rounded half away
    from zero. Unknown while either count is.

    >>> window = Rate(Measure("Order Completed", kind="rate", path="Visit"))
    >>> for at in (1, 2, 3): window.add(at, Sign.PER, "a")
    >>> window.add(3, None, "b")
    >>> window.read(3)
    333333
    """

    __slots__ = ("own", "per")
    takes: ClassVar[str] = EVENT
    answers: ClassVar[tuple[str, ...]] = NUMBER
    millionths: ClassVar[bool] = True
    drifts: ClassVar[bool] = False
    nests: ClassVar[bool] = True
    prunes: ClassVar[bool] = False

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        del cap
        self.own: Any = create(_count(measure))
        self.per: Any = create(_count(measure))

    @staticmethod
    def reach(measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""
        return measure.span.length

    @property
    def _both(self) -> tuple[Window, Window]:
        return self.own, self.per

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event of either name, or a sign for both counts."""
        if value is Sign.PER:
            self.per.add(at, None, tie)
        elif value is Sign.BEAT or value is Sign.RESET:
            self.own.add(at, value, tie)
            self.per.add(at, value, tie)
        else:
            self.own.add(at, None, tie)

    def cover(self, runs: Runs) -> None:
        """Take in the sessions that somebody else has followed."""
        self.own.cover(runs)
        self.per.cover(runs)

    def read(self, now: int) -> int | None:
        """Return the rate at ``now``, in millionths."""
        return _divided(self.own.read(now), self.per.read(now))

    def changes(self, now: int) -> Iterator[tuple[int, int | None]]:
        """Yield ``(instant, value)`` of every change after ``now`` without an event."""
        counts = [window.read(now) for window in self._both]
        value = _divided(*counts)
        told = [_numbered(index, each.changes(now)) for index, each in enumerate(self._both)]
        for instant, found in groupby(merge(*told), key=lambda one: one[0]):
            for _, index, count in found:
                counts[index] = count
            fresh = _divided(*counts)
            if fresh != value:
                value = fresh
                yield instant, fresh

    def next_change(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which the answer differs without an event."""
        return next((instant for instant, _ in self.changes(now)), None)

    def holds(self, now: int) -> bool:
        """Say whether some event of either name counts at ``now``."""
        return any(window.holds(now) for window in self._both)

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        held: bool = self.holds(now)
        due: int | None = now
        while due is not None and self.holds(due) is held:
            lapses = (window.lapse(due) for window in self._both)
            due = min((one for one in lapses if one is not None), default=None)
        return due

    def prune(self, now: int) -> None:
        """Forget what no count can depend on."""
        for window in self._both:
            window.prune(now)

    def merge(self, other: Self) -> None:
        """Take in the other's events."""
        self.own.merge(other.own)
        self.per.merge(other.per)

    def empty(self) -> bool:
        """Say whether nothing is kept."""
        return all(window.empty() for window in self._both)

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.own, twin.per = self.own.copy(), self.per.copy()
        return twin

    def dump(self) -> Json:
        """Return the dumps of both counts."""
        return [window.dump() for window in self._both]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.own, window.per = (load(_count(measure), dumped) for dumped in state)
        return window


def _numbered(index: int, changes: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, int, Any]]:
    """Yield changes with the number of the count they are of."""
    for at, count in changes:
        yield at, index, count


def _divided(own: Any, per: Any) -> int | None:
    """Return the quotient in millionths, half away from zero: both are counts."""
    if own is None or not per:
        return None
    rate: int = (2_000_000 * own + per) // (2 * per)
    return rate
