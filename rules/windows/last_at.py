"""When it happened last: an instant, for the operators that know the calendar."""

from __future__ import annotations

from typing import Any, ClassVar

from rules.windows.last import Last
from rules.windows.registry import kinds
from rules.windows.window import NOTHING


@kinds.named("last_at")
class LastAt(Last):
    """The instant of the latest event in the span; unknown for none.

    >>> from rules.conditions import Measure
    >>> window = LastAt(Measure("Order Completed", kind="last_at"))
    >>> window.add(7, None, ""); window.add(5, None, "")
    >>> window.read(9)
    7
    """

    __slots__ = ()
    takes: ClassVar[str] = NOTHING
    answers: ClassVar[tuple[str, ...]] = ("datetime",)

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event; the value plays no part."""
        del value, tie
        super().add(at, True, "")

    def _answer(self, low: int, high: int) -> Any:
        return self.instants[high - 1] if low < high else None
