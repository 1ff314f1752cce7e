"""Again after a pause: the stretches in which it went on, and when each began."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, ClassVar, Self, cast

from rules.conditions import Measure
from rules.windows.habit import Habit
from rules.windows.kept import Kept
from rules.windows.registry import kinds
from rules.windows.runs import Runs
from rules.windows.window import Json

MOST = 500
"""How many beginnings are kept; with more in the span the answer is unknown."""


@kinds.named("resumed")
class Resumed(Habit, Kept):
    """Whether in the span it happened after a pause at least this long, that came after another.

    Kept are stretches without such a pause. The first of all began anew, all others again; what is
    over is remembered as ``past``, the end of the newest stretch let go.

    >>> window = Resumed(Measure("Order Completed", kind="resumed", setting=30))
    >>> window.add(10, None, "a"); window.add(30, None, "b")
    >>> window.read(30)
    False
    >>> window.add(60, None, "c")
    >>> window.read(60)
    True
    """

    __slots__ = ("again", "past", "runs")
    limit: ClassVar[int] = MOST
    prunes: ClassVar[bool] = True
    changes = Kept.changes

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure, cap)
        self.runs = Runs(cast("int", measure.setting))
        self.instants = self.runs.starts
        self.past: int | None = None
        self.again = False

    @staticmethod
    def reach(_measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""
        return None

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event; the value plays no part."""
        del value, tie
        if not self.again:
            self._cover(at, at)
            self._shed()

    def _cover(self, start: int, end: int) -> None:
        if self.past is not None and start - self.past < self.runs.gap:
            self._sink(end)
        else:
            self.runs.cover(start, end)

    def _sink(self, end: int) -> None:
        """Take what goes on until ``end`` to what is past, and all that it joins."""
        self.past = end if self.past is None else max(end, self.past)
        starts, ends = self.runs.starts, self.runs.ends
        while starts and starts[0] - self.past < self.runs.gap:
            self.past = max(self.past, ends[0])
            del starts[0], ends[0]

    def _shed(self) -> None:
        if not self.instants:
            return
        if self.span.length is not None:
            newest = self.runs.ends[-1]
            self._cut(bisect_right(self.instants, newest - self.span.length))
        if len(self.instants) > self.limit:
            self._overflow()

    def _cut(self, count: int) -> None:
        if count > 0:
            self._sink(self.runs.ends[count - 1])

    def read(self, now: int) -> Any:
        """Say whether it began again in the span."""
        return self.again or Kept.read(self, now)

    def _answer(self, low: int, high: int) -> Any:
        low = max(low, 1) if self.past is None else low
        return self.again or any(map(self._fixed, self.instants[low:high]))

    def _fixed(self, at: int) -> bool:
        since, until = self.span.since, self.span.until
        return (since is None or at >= since) and (until is None or at < until)

    def prune(self, now: int) -> None:
        """Forget what is over; without a length, that it began again is for good."""
        length, offset = self.span.length, self.span.offset
        if length is not None:
            self._cut(bisect_right(self.instants, now - length))
        else:
            counting = bisect_right(self.instants, now - offset)
            self.again = self.again or (self.lost is None and bool(self._answer(0, counting)))
            self._cut(counting - 1)
            self._settle()
        if self.lost is not None and length is not None and self.lost <= now - length:
            self.lost = None

    def _settle(self) -> None:
        """Keep nothing else once it is so for good."""
        if self.again:
            self.past = None
            self.runs.starts.clear()
            self.runs.ends.clear()

    def merge(self, other: Self) -> None:
        """Take in the other's stretches."""
        self.again = self.again or other.again
        if other.past is not None:
            self._sink(other.past)
        for start, end in zip(other.runs.starts, other.runs.ends, strict=True):
            self._cover(start, end)
        lost = [one for one in (self.lost, other.lost) if one is not None]
        if lost:
            self.lost = max(lost)
            self._cut(bisect_right(self.instants, self.lost))
        self._shed()
        self._settle()

    def empty(self) -> bool:
        """Say whether nothing is kept."""
        return not self.again and self.past is None and super().empty()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.span, twin.lost, twin.floor = self.span, self.lost, self.floor
        twin.runs, twin.past, twin.again = self.runs.copy(), self.past, self.again
        twin.instants = twin.runs.starts
        return twin

    def dump(self) -> Json:
        """Return ``[whether it began again for good, past, lost, the stretches]``."""
        return [int(self.again), self.past, self.lost, *self.runs.dump()[1:]]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.again, window.past, window.lost = bool(state[0]), state[1], state[2]
        window.runs = Runs.load(window.runs.gap, [None, *state[3:]])
        window.instants = window.runs.starts
        return window
