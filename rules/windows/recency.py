"""How long ago it last happened: a value that moves with the clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from rules.windows.last import Last
from rules.windows.registry import kinds
from rules.windows.window import NOTHING, NUMBER


@kinds.named("recency")
class Recency(Last):
    """Seconds since the latest event in the span, in millionths of a second; unknown for none.

    Unlike any other answer it grows by itself: ``changes`` and ``next_change`` tell when it jumps,
    and between two jumps it is ``now - latest``, so that a threshold's instant can be computed.

    >>> from rules.conditions import Measure
    >>> window = Recency(Measure("Order Completed", kind="recency"))
    >>> window.add(5, None, "a")
    >>> window.read(12)
    7
    """

    __slots__ = ()
    takes: ClassVar[str] = NOTHING
    answers: ClassVar[tuple[str, ...]] = NUMBER
    millionths: ClassVar[bool] = True
    drifts: ClassVar[bool] = True

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event; the value plays no part."""
        del value, tie
        super().add(at, True, "")

    def latest(self, now: int) -> int | None:
        """Return the instant of the latest event that counts at ``now``; ``None`` for none."""
        latest: int | None = super().read(now)
        return latest

    def read(self, now: int) -> int | None:
        """Return how long ago the latest event was, in microseconds; ``None`` for none."""
        latest = self.latest(now)
        return None if latest is None else now - latest

    def _answer(self, low: int, high: int) -> Any:
        return self.instants[high - 1] if low < high else None

    def jumps(self, now: int) -> Iterator[tuple[int, int | None]]:
        """Yield ``(instant, latest)`` each time another event, or none, becomes the latest."""
        latest = self.latest(now)
        for instant, low, high in self._steps(now):
            fresh = self._answer(low, high)
            if fresh != latest:
                latest = fresh
                yield instant, fresh

    def changes(self, now: int) -> Iterator[tuple[int, int | None]]:
        """Yield ``(instant, value)`` of every jump after ``now``."""
        for instant, latest in self.jumps(now):
            yield instant, None if latest is None else instant - latest

    def passes(self, now: int, borders: tuple[int, ...]) -> Iterator[tuple[int, int | None]]:
        """Yield each later instant at which the value passes a border or jumps, with the value.

        The value passes a border twice: when it reaches it, and when it leaves it.

        >>> from rules.conditions import Measure
        >>> window = Recency(Measure("Order Completed", kind="recency"))
        >>> window.add(5, None, "a")
        >>> list(window.passes(12, (10,)))
        [(15, 10), (16, 11)]
        """
        marks = sorted({border + more for border in borders for more in (0, 1)})
        latest, jumps = self.latest(now), self.jumps(now)
        while True:
            jump, fresh = next(jumps, (None, None))
            for mark in marks if latest is not None else ():
                assert latest is not None
                if now < latest + mark and (jump is None or latest + mark < jump):
                    yield latest + mark, mark
            if jump is None:
                return
            latest, now = fresh, jump
            yield jump, None if fresh is None else jump - fresh
