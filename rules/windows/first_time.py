"""For the first time: the earliest event ever, and whether it lies in the span."""

from __future__ import annotations

from typing import Any, Self

from rules.conditions import Measure
from rules.windows.habit import Habit
from rules.windows.kept import Kept, gather, spread
from rules.windows.registry import kinds
from rules.windows.window import Json


@kinds.named("first_time")
class FirstTime(Habit, Kept):
    """Whether the first event there ever was lies in the span: one instant is kept.

    >>> from rules.conditions import Measure, Span
    >>> window = FirstTime(Measure("Order Completed", None, Span(10), "first_time"))
    >>> window.add(5, None, "a"); window.add(12, None, "b")
    >>> window.read(14), window.read(15)
    (True, False)
    """

    __slots__ = ()
    changes = Kept.changes
    read = Kept.read

    @staticmethod
    def reach(_measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""
        return None

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event; only the earliest matters."""
        del value, tie
        if not self.instants or at < self.instants[0]:
            self.instants[:] = [at]

    def _answer(self, low: int, high: int) -> Any:
        since, until = self.span.since, self.span.until
        return any(
            (since is None or at >= since) and (until is None or at < until)
            for at in self.instants[low:high]
        )

    def prune(self, now: int) -> None:
        """Forget nothing: what was the first remains it."""

    def cut_through(self, floor: int) -> None:
        """Forget nothing: what was the first remains it."""

    def merge(self, other: Self) -> None:
        """Keep the earlier of the two."""
        for at in other.instants:
            self.add(at, None, "")

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.span, twin.lost, twin.floor = self.span, self.lost, self.floor
        twin.instants = self.instants.copy()
        return twin

    def dump(self) -> Json:
        """Return the instant in a list."""
        return [*spread(self.instants)]

    @classmethod
    def load(cls, measure: Any, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.instants = gather(state)
        return window
