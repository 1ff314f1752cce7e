"""No longer: it happened in the span, and not lately."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar, Self, cast

from rules.conditions import Measure
from rules.windows.habit import Habit
from rules.windows.registry import create, kinds, load
from rules.windows.runs import Runs
from rules.windows.window import Json, Sign


def _within(measure: Measure) -> Measure:
    return replace(measure, kind="recency", setting=None)


@kinds.named("stopped")
class Stopped(Habit):
    """Whether it happened in the span, and not within this last time.

    What happened lately counts against it wherever the span ends.

    >>> from rules.conditions import Span
    >>> window = Stopped(Measure("Order Completed", None, Span(90), "stopped", setting=30))
    >>> window.add(10, None, "a")
    >>> list(window.changes(10))
    [(40, True), (100, False)]
    """

    __slots__ = ("inner", "newest", "quiet")
    nests: ClassVar[bool] = True

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        del cap
        self.inner: Any = create(_within(measure))
        self.quiet = cast("int", measure.setting)
        self.newest: int | None = None

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event, or a sign for the span."""
        self.inner.add(at, value if isinstance(value, Sign) else None, tie)
        if not isinstance(value, Sign):
            self.newest = at if self.newest is None else max(at, self.newest)

    def cover(self, runs: Runs) -> None:
        """Take in the sessions that somebody else has followed."""
        self.inner.cover(runs)

    def read(self, now: int) -> bool | None:
        """Say whether it happened in the span and not lately."""
        if self.newest is None or self.newest > now - self.quiet:
            return False
        if self.inner.holds(now):
            return True
        return None if self.inner.blind(now) else False

    def changes(self, now: int) -> Iterator[tuple[int, bool | None]]:
        """Yield ``(instant, truth)`` of every change after ``now`` without an event."""
        truth = self.read(now)
        due = self._ahead(now)
        while due is not None:
            fresh = self.read(due)
            if fresh is not truth:
                truth = fresh
                yield due, fresh
            due = self._ahead(due)

    def _ahead(self, now: int) -> int | None:
        """Return the next instant at which either half may differ."""
        if self.newest is None:
            return None
        after = self.newest + self.quiet
        dues = (self.inner.lapse(now), self.inner.known(now), after if after > now else None)
        return min((due for due in dues if due is not None), default=None)

    def prune(self, now: int) -> None:
        """Forget what is over."""
        self.inner.prune(now)

    def merge(self, other: Self) -> None:
        """Take in the other's events."""
        self.inner.merge(other.inner)
        newest = [one for one in (self.newest, other.newest) if one is not None]
        self.newest = max(newest, default=None)

    def empty(self) -> bool:
        """Say whether nothing is kept."""
        return self.newest is None and bool(self.inner.empty())

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.inner, twin.quiet, twin.newest = self.inner.copy(), self.quiet, self.newest
        return twin

    def dump(self) -> Json:
        """Return ``[the newest instant, the dump of what lies in the span]``."""
        return [self.newest, self.inner.dump()]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.newest = state[0]
        window.inner = load(_within(measure), state[1])
        return window
