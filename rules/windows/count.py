"""How often it happened: sorted instants, or one number where the span has no end."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, ClassVar, Self

from rules.conditions import Measure
from rules.windows.kept import Kept, gather, spread
from rules.windows.registry import kinds
from rules.windows.window import NOTHING, Json

_ROOM = 32
"""So many instants may lie about before those that are over are looked for."""


@kinds.named("count")
class Count(Kept):
    """The number of events in the span; 0 for none.

    With a ``cap`` the window keeps the newest ``cap`` instants only and never answers more than
    that, which is exact for "at least n" with n <= cap. A span without length and offset keeps one
    number. Unknown while more than ``LIMIT`` uncapped instants would count.

    >>> from rules.conditions import Span
    >>> window = Count(Measure("Product Viewed", span=Span(length=10)))
    >>> window.add(1, None, "a"); window.add(5, None, "b")
    >>> window.read(10), window.read(11), list(window.changes(5))
    (2, 1, [(11, 1), (15, 0)])
    """

    __slots__ = ("cap", "swift", "whole")
    takes: ClassVar[str] = NOTHING

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure)
        capped = self.span.offset == 0 and self.span.length is not None
        self.cap = cap if capped else None
        self.whole = 0
        plain = self.span.since is None and self.span.until is None and self.span.length is not None
        self.swift = (self.cap or min(_ROOM, self.limit)) if plain else 0

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event; the value plays no part."""
        del value, tie
        instants = self.instants
        if self.swift and self.lost is None and (not instants or at >= instants[-1]):
            instants.append(at)
            if len(instants) > self.swift:
                self._shed()
            return
        if self._place(at) is None:
            return
        if self.span.length is None and not self.span.offset:
            self.whole += 1
            instants.clear()
            return
        self._shed()

    def _overflow(self) -> None:
        if self.cap is None:
            super()._overflow()

    def _shed(self) -> None:
        super()._shed()
        if self.cap is not None and len(self.instants) > self.cap:
            del self.instants[: len(self.instants) - self.cap]

    def _cut(self, count: int) -> None:
        if self.span.length is None:
            self.whole += count
        del self.instants[:count]

    def merge(self, other: Self) -> None:
        """Take in the other's instants; the counts add up."""
        self.whole += other.whole
        lost = [one for one in (self.lost, other.lost) if one is not None]
        self.instants = sorted(self.instants + other.instants)
        if lost:
            self.lost = max(lost)
            self._cut(bisect_right(self.instants, self.lost))
        if self.cap is not None:
            del self.instants[: max(0, len(self.instants) - self.cap)]
        elif len(self.instants) > self.limit:
            self._overflow()

    def read(self, now: int) -> int | None:
        """Return the number of events that count at ``now``."""
        if self.lost is not None or self.floor is not None:
            found: int | None = super().read(now)
            return found
        instants, span = self.instants, self.span
        high = bisect_right(instants, now - span.offset) if span.offset else len(instants)
        if span.length is None:
            return self.whole + high
        return high - bisect_right(instants, now - span.length)

    def _answer(self, low: int, high: int) -> int:
        return self.whole + high - low

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        return None if self.whole else super().lapse(now)

    def prune(self, now: int) -> None:
        """Forget what is over; without a length, what counts for good becomes one number."""
        if self.span.length is None:
            if self.lost is None:
                self._cut(bisect_right(self.instants, now - self.span.offset))
            return
        super().prune(now)

    def holds(self, now: int) -> bool:
        """Say whether some event counts at ``now``."""
        return self.whole > 0 or super().holds(now)

    def empty(self) -> bool:
        """Say whether nothing was counted or may come to count."""
        return not self.whole and super().empty()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.floor = self.floor
        twin.span, twin.lost, twin.cap, twin.whole = self.span, self.lost, self.cap, self.whole
        twin.swift = self.swift
        twin.instants = self.instants.copy()
        return twin

    def dump(self) -> Json:
        """Return a number where that is all, else ``[number, lost, instant, distance, ...]``."""
        if self.span.length is None and not self.span.offset:
            return self.whole
        return [self.whole, self.lost, *spread(self.instants)]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        if isinstance(state, int):
            window.whole = state
            return window
        window.whole, window.lost = state[0], state[1]
        window.instants = gather(state[2:])
        return window
