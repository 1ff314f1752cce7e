"""How much it came to: running sums beside the instants, exact in millionths."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate, pairwise
from typing import Any, ClassVar, Self

from rules.conditions import Measure
from rules.windows.kept import Kept, gather, spread
from rules.windows.registry import kinds
from rules.windows.window import Json


@kinds.named("sum")
class Total(Kept):
    """The sum of the values in the span, in millionths (``rules.values.scaled``); 0 for none.

    An event whose value is missing or not a number is not taken in. ``sums[i]`` is the sum of all
    values up to and with instant *i*, so that a span costs one subtraction; ``before`` is the sum
    of those no longer kept, ``past`` their number; ``sinks`` counts the negative ones that are
    kept. Unknown while more than ``LIMIT`` values would count.

    >>> from rules.conditions import Span
    >>> window = Total(Measure("Order Completed", span=Span(length=10), kind="sum"))
    >>> window.add(1, 5_000_000, "a"); window.add(5, 2_500_000, "b")
    >>> window.read(10), list(window.changes(10))
    (7500000, [(11, 2500000), (15, 0)])
    """

    __slots__ = ("before", "past", "sinks", "sums")
    millionths: ClassVar[bool] = True

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure, cap)
        self.sums: list[int] = []
        self.before = 0
        self.past = 0
        self.sinks = 0

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one value, in millionths; anything but an integer is passed over."""
        del tie
        if not isinstance(value, int) or isinstance(value, bool):
            return
        index = self._place(at)
        if index is None:
            return
        sums = self.sums
        under = sums[index - 1] if index else self.before
        if index == len(sums):
            sums.append(under + value)
        else:
            sums[index:] = [under + value, *(total + value for total in sums[index:])]
        self.sinks += value < 0
        self._shed()

    def _cut(self, count: int) -> None:
        if not count:
            return
        if self.sinks:
            gone = pairwise([self.before, *self.sums[:count]])
            self.sinks -= sum(after < under for under, after in gone)
        self.before = self.sums[count - 1]
        del self.instants[:count], self.sums[:count]
        if self.span.length is None:
            self.past += count
        elif not self.sums:
            self.before = 0

    def _answer(self, low: int, high: int) -> Any:
        return self._parts(low, high)[0]

    def _parts(self, low: int, high: int) -> tuple[int, int]:
        """Return the exact sum and number of the values that count."""
        upto = self.sums[high - 1] if high else self.before
        if self.span.length is None:
            return upto, self.past + high
        return upto - (self.sums[low - 1] if low else self.before), high - low

    def values(self) -> list[int]:
        """Return the kept values in the order of their instants."""
        return [after - under for under, after in pairwise([self.before, *self.sums])]

    def merge(self, other: Self) -> None:
        """Take in the other's values; the sums add up."""
        pairs = sorted(
            [
                *zip(self.instants, self.values(), strict=True),
                *zip(other.instants, other.values(), strict=True),
            ]
        )
        lost = [one for one in (self.lost, other.lost) if one is not None]
        whole = self.span.length is None
        self.before = self.before + other.before if whole else 0
        self.past += other.past
        self.sinks += other.sinks
        self._refill([at for at, _ in pairs], (value for _, value in pairs))
        if lost:
            self.lost = max(lost)
            self._cut(bisect_right(self.instants, self.lost))
        if len(self.instants) > self.limit:
            self._overflow()

    def _refill(self, instants: list[int], values: Iterable[int]) -> None:
        self.instants = instants
        self.sums = list(accumulate(values, initial=self.before))[1:]

    def holds(self, now: int) -> bool:
        """Say whether some value counts at ``now``."""
        return self.past > 0 or super().holds(now)

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        return None if self.past else super().lapse(now)

    def prune(self, now: int) -> None:
        """Forget what is over; without a length, what counts for good becomes one sum."""
        if self.span.length is None:
            if self.lost is None:
                self._cut(bisect_right(self.instants, now - self.span.offset))
            return
        super().prune(now)

    def empty(self) -> bool:
        """Say whether no value was taken in that counts or may come to count."""
        return not self.past and super().empty()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.floor = self.floor
        twin.span, twin.lost, twin.sinks = self.span, self.lost, self.sinks
        twin.before, twin.past = self.before, self.past
        twin.instants, twin.sums = self.instants.copy(), self.sums.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[sum, number, lost, [instant, distance, ...], [value, ...]]``."""
        before = self.before if self.span.length is None else 0
        return [before, self.past, self.lost, [*spread(self.instants)], [*self.values()]]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.before, window.past, window.lost, distances, values = state
        window._refill(gather(distances), values)
        window.sinks = sum(value < 0 for value in values)
        return window
