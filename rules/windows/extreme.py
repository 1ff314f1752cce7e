"""The least and the most of it: only the values that may yet become the answer are kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Any, ClassVar, Self

from rules.conditions import Measure
from rules.windows.kept import Kept, gather, spread
from rules.windows.registry import kinds
from rules.windows.window import Json


class Extreme(Kept):
    """What the least and the most have in common; ``sign`` turns the one into the other.

    ``ranks`` are the values times ``sign``, so that the answer is always the lowest rank. Without
    an offset a value is forgotten once a later one ranks as low: what is left rises, and the first
    that counts is the answer. ``best`` is the lowest rank of those that count for good.
    """

    __slots__ = ("best", "ranks")
    sign: ClassVar[int] = 1
    millionths: ClassVar[bool] = True

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure, cap)
        self.ranks: list[int] = []
        self.best: int | None = None

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one value, in millionths; anything but an integer is passed over."""
        del tie
        if not isinstance(value, int) or isinstance(value, bool):
            return
        self._take(at, value * self.sign)
        if self.instants:
            self._shed()

    def _take(self, at: int, rank: int) -> None:
        index = self._place(at)
        if index is None:
            return
        ranks = self.ranks
        ranks.insert(index, rank)
        if self.span.offset:
            return
        low = index
        while low and ranks[low - 1] >= rank:
            low -= 1
        del ranks[low:index], self.instants[low:index]
        beaten = low + 1 < len(ranks) and ranks[low + 1] <= rank
        if beaten or (low and self.instants[low - 1] == at):
            del ranks[low], self.instants[low]

    def _cut(self, count: int) -> None:
        if self.span.length is None and count:
            lowest = min(self.ranks[:count])
            self.best = lowest if self.best is None else min(lowest, self.best)
        del self.instants[:count], self.ranks[:count]

    def _answer(self, low: int, high: int) -> Any:
        if self.span.offset or self.span.length is None:
            ranks = self.ranks[low:high]
            if self.best is not None:
                ranks.append(self.best)
            return min(ranks) * self.sign if ranks else None
        return self.ranks[low] * self.sign if low < high else None

    def changes(self, now: int) -> Iterator[tuple[int, Any]]:
        """Yield each later change; a heap holds those that count, so that no step looks at all."""
        value, taken = self.read(now), 0
        heap: list[tuple[int, int]] = []
        for instant, low, high in self._steps(now):
            for index in range(max(taken, low), high):
                heappush(heap, (self.ranks[index], index))
            taken = max(taken, high)
            while heap and heap[0][1] < low:
                heappop(heap)
            lowest = [
                rank for rank in (heap[0][0] if heap else None, self.best) if rank is not None
            ]
            fresh = min(lowest) * self.sign if lowest else None
            if fresh != value:
                value = fresh
                yield instant, fresh

    def merge(self, other: Self) -> None:
        """Take in the other's values that may yet become the answer."""
        lost = [one for one in (self.lost, other.lost) if one is not None]
        best = [one for one in (self.best, other.best) if one is not None]
        self.best = min(best) if best else None
        for at, rank in zip(other.instants, other.ranks, strict=True):
            self._take(at, rank)
        if lost:
            self.lost = max(lost)
            self._cut(bisect_right(self.instants, self.lost))
        if len(self.instants) > self.limit:
            self._overflow()

    def holds(self, now: int) -> bool:
        """Say whether some value counts at ``now``."""
        return self.best is not None or super().holds(now)

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        return None if self.best is not None else super().lapse(now)

    def prune(self, now: int) -> None:
        """Forget what is over; without a length, keep one value of those that count for good."""
        if self.span.length is None:
            if self.lost is None:
                self._cut(bisect_right(self.instants, now - self.span.offset))
            return
        super().prune(now)

    def empty(self) -> bool:
        """Say whether no value was taken in that counts or may come to count."""
        return self.best is None and super().empty()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.floor = self.floor
        twin.span, twin.lost, twin.best = self.span, self.lost, self.best
        twin.instants, twin.ranks = self.instants.copy(), self.ranks.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[best, lost, [instant, distance, ...], [rank, ...]]``."""
        return [self.best, self.lost, [*spread(self.instants)], [*self.ranks]]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.best, window.lost, distances, ranks = state
        window.instants, window.ranks = gather(distances), list(ranks)
        return window


@kinds.named("min")
class Least(Extreme):
    """The least value in the span, in millionths; unknown for none.

    An event whose value is missing or not a number is not taken in.

    >>> window = Least(Measure("Order Completed", kind="min"))
    >>> window.add(1, 5_000_000, "a"); window.add(2, 3_000_000, "b")
    >>> window.read(2)
    3000000
    """

    __slots__ = ()


@kinds.named("max")
class Most(Extreme):
    """The largest value in the span, in millionths; unknown for none.

    An event whose value is missing or not a number is not taken in.

    >>> window = Most(Measure("Order Completed", kind="max"))
    >>> window.add(1, 5_000_000, "a"); window.add(2, 3_000_000, "b")
    >>> window.read(2)
    5000000
    """

    __slots__ = ()
    sign: ClassVar[int] = -1
