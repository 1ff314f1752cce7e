"""What it was the last time: once a value counts, the earlier ones can go."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

from rules.windows.registry import kinds
from rules.windows.told import Told


@kinds.named("last")
class Last(Told):
    """The value of the latest event in the span; unknown for none.

    Of events at the same instant the one with the largest tie is the last. An event without a
    value is passed over.

    >>> from rules.conditions import Measure
    >>> window = Last(Measure("Product Viewed", kind="last", path="properties.category"))
    >>> window.add(2, "boots", "a"); window.add(1, "tents", "b")
    >>> window.read(2)
    'boots'
    """

    __slots__ = ()

    def _shed(self) -> None:
        counting = bisect_right(self.instants, self.instants[-1] - self.span.offset)
        if counting > 1:
            self._cut(counting - 1)
        super()._shed()

    def prune(self, now: int) -> None:
        """Forget what is over, and every value behind the latest that counts."""
        if self.instants:
            counting = bisect_right(self.instants, now - self.span.offset)
            self._cut(max(0, counting - 1))
        super().prune(now)

    def _answer(self, low: int, high: int) -> Any:
        return self.said[high - 1][1] if low < high else None
