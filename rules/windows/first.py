"""What it was the first time: without an end only the earliest is kept."""

from __future__ import annotations

from typing import Any

from rules.windows.registry import kinds
from rules.windows.told import Told


@kinds.named("first")
class First(Told):
    """The value of the earliest event in the span; unknown for none.

    Of events at the same instant the one with the smallest tie is the first. An event without a
    value is passed over. With an end every value is kept, since each may come to be the first.

    >>> from rules.conditions import Measure
    >>> window = First(Measure("Product Viewed", kind="first", path="properties.category"))
    >>> window.add(2, "boots", "a"); window.add(1, "tents", "b")
    >>> window.read(2)
    'tents'
    """

    __slots__ = ()

    def _shed(self) -> None:
        if self.span.length is None:
            del self.instants[1:], self.said[1:]
        else:
            super()._shed()

    def _answer(self, low: int, high: int) -> Any:
        return self.said[low][1] if low < high else None
