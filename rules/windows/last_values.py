"""What it was the last few times: a list, the oldest of them first."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, ClassVar, Self

from rules.conditions import Measure
from rules.windows.registry import kinds
from rules.windows.told import Told
from rules.windows.window import VALUES

MOST = 50
"""The longest list that may be asked for."""


@kinds.named("last_values")
class LastValues(Told):
    """The values of the latest events in the span, at most so many, the oldest first.

    An event without a value is passed over; of nothing the list is empty. Events of one instant
    stand in the order of their ties.

    >>> measure = Measure("Viewed", kind="last_values", path="properties.sku", setting=2)
    >>> window = LastValues(measure)
    >>> for at, sku in enumerate(["a", "b", "a", "c"]): window.add(at, sku, "")
    >>> window.read(3)
    ('a', 'c')
    """

    __slots__ = ("most",)
    takes: ClassVar[str] = VALUES
    answers: ClassVar[tuple[str, ...]] = ("list",)
    prunes: ClassVar[bool] = True

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure, cap)
        assert isinstance(measure.setting, int)
        self.most = measure.setting

    def _shed(self) -> None:
        self._leave(self.instants[-1])
        if self.span.length is not None:
            super()._shed()
        elif len(self.instants) > self.limit:
            self._overflow()

    def _leave(self, now: int) -> None:
        counting = bisect_right(self.instants, now - self.span.offset)
        if counting > self.most:
            self._cut(counting - self.most)

    def prune(self, now: int) -> None:
        """Forget what is over, what stands behind enough others, and ties nobody will break."""
        self._leave(now)
        super().prune(now)
        for index, at in enumerate(self.instants):
            if at <= now:
                self.said[index] = ("", self.said[index][1])

    def _answer(self, low: int, high: int) -> Any:
        return tuple(value for _, value in self.said[max(low, high - self.most) : high])

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = super().copy()
        twin.most = self.most
        return twin
