"""What it was on average: the exact sum over the exact number, rounded once."""

from __future__ import annotations

from typing import Any

from rules.windows.registry import kinds
from rules.windows.total import Total


@kinds.named("avg")
class Average(Total):
    """The mean of the values in the span, in millionths, half away from zero; unknown for none.

    The rounding is that of PostgreSQL's ``round(numeric)``. Values are taken as by ``Total``.

    >>> from rules.conditions import Measure
    >>> window = Average(Measure("Order Completed", kind="avg"))
    >>> window.read(0) is None
    True
    >>> for value in (1, 1, 2): window.add(1, value, "a")
    >>> window.read(1)
    1
    """

    __slots__ = ()

    def _answer(self, low: int, high: int) -> Any:
        total, number = self._parts(low, high)
        if not number:
            return None
        rounded = (2 * abs(total) + number) // (2 * number)
        return rounded if total >= 0 else -rounded
