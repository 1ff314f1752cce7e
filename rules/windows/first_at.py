"""When it happened first: an instant, for the operators that know the calendar."""

from __future__ import annotations

from typing import Any, ClassVar

from rules.windows.first import First
from rules.windows.registry import kinds
from rules.windows.window import NOTHING


@kinds.named("first_at")
class FirstAt(First):
    """The instant of the earliest event in the span; unknown for none.

    >>> from rules.conditions import Measure
    >>> window = FirstAt(Measure("Order Completed", kind="first_at"))
    >>> window.add(7, None, ""); window.add(5, None, "")
    >>> window.read(9)
    5
    """

    __slots__ = ()
    takes: ClassVar[str] = NOTHING
    answers: ClassVar[tuple[str, ...]] = ("datetime",)

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event; the value plays no part."""
        del value, tie
        super().add(at, True, "")

    def _answer(self, low: int, high: int) -> Any:
        return self.instants[low] if low < high else None
