"""What it was most often: each value with how often it was, and when last."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from typing import Any, ClassVar, Self

from rules.conditions import Measure
from rules.values import scalar
from rules.windows.kept import Kept, differ, gather, spread
from rules.windows.registry import kinds
from rules.windows.tally import Said, Tally, order
from rules.windows.window import ANYTHING, Json

VALUES = 1_000
"""How many values are told apart where the span has no end; with more the answer is unknown."""


@kinds.named("most_frequent")
class MostFrequent(Kept):
    """The value that most events in the span have; unknown for none.

    Of equally frequent values it is the one that was seen last; of those seen last at the same
    instant numbers come before texts before booleans, and the lowest first. Values are strings,
    booleans and numbers; an event without one is passed over. Without a length what counts for good
    is one number a value. Unknown past ``LIMIT`` events, without a length past ``VALUES`` values.

    >>> measure = Measure("Viewed", kind="most_frequent", path="properties.category")
    >>> window = MostFrequent(measure)
    >>> for at, category in enumerate(["boots", "tents", "boots"]): window.add(at, category, "")
    >>> window.read(2)
    'boots'
    """

    __slots__ = ("said", "table")
    answers: ClassVar[tuple[str, ...]] = ANYTHING
    most: ClassVar[int] = VALUES

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure, cap)
        self.said: list[Said] = []
        self.table: dict[Said, tuple[int, int]] = {}

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one value."""
        del tie
        known = scalar(value)
        if known is None or self._gone():
            return
        index = self._place(at)
        if index is None:
            return
        self.said.insert(index, (isinstance(known, bool), known))
        self._shed()

    def _gone(self) -> bool:
        return self.lost is not None and self.span.length is None

    def _cut(self, count: int) -> None:
        if self.span.length is None:
            for at, said in zip(self.instants[:count], self.said[:count], strict=True):
                self._tell(said, 1, at)
        del self.instants[:count], self.said[:count]
        if len(self.table) > self.most:
            self._give_up(max(last for _, last in self.table.values()))

    def _tell(self, said: Said, often: int, at: int) -> None:
        before, last = self.table.get(said, (0, at))
        self.table[said] = (before + often, max(last, at))

    def _give_up(self, at: int) -> None:
        self.lost = at
        self.table, self.said = {}, []
        self.instants.clear()

    def _answer(self, low: int, high: int) -> Any:
        counts = Counter(self.said[low:high])
        for said, (often, _) in self.table.items():
            counts[said] += often
        if not counts:
            return None
        most = max(counts.values())
        tied = {said for said, often in counts.items() if often == most}
        return (next(iter(tied)) if len(tied) == 1 else self._latest(tied, low, high))[1]

    def _latest(self, tied: set[Said], low: int, high: int) -> Said:
        last = {said: at for said, (_, at) in self.table.items() if said in tied}
        seen = zip(self.said[low:high], self.instants[low:high], strict=True)
        last |= {said: at for said, at in seen if said in tied}
        newest = max(last.values())
        return min((said for said, at in last.items() if at == newest), key=order)

    def changes(self, now: int) -> Iterator[tuple[int, Any]]:
        """Yield each later change: what comes and goes is counted, not all that is there."""
        value, tally, begun, ended = self.read(now), None, 0, 0
        for instant, low, high in self._steps(now):
            if tally is None:
                told = zip(self.said[low:high], self.instants[low:high], strict=True)
                tally = Tally(self.table, told)
            else:
                for index in range(ended, high):
                    tally.put(self.said[index], self.instants[index])
                for said in self.said[begun:low]:
                    tally.drop(said)
            begun, ended = low, high
            leader = tally.leader()
            fresh = None if leader is None else leader[1]
            if differ(fresh, value):
                value = fresh
                yield instant, fresh

    def merge(self, other: Self) -> None:
        """Take in the other's values."""
        gone = [one for one in (self.lost, other.lost) if one is not None]
        pairs = [*zip(self.instants, self.said, strict=True)]
        pairs += zip(other.instants, other.said, strict=True)
        pairs.sort(key=lambda pair: pair[0])
        self.instants[:] = [at for at, _ in pairs]
        self.said = [said for _, said in pairs]
        for said, (often, at) in other.table.items():
            self._tell(said, often, at)
        if gone and self.span.length is None:
            self._give_up(max(gone))
        elif gone:
            self.lost = max(gone)
            self._cut(bisect_right(self.instants, self.lost))
        if self.instants:
            self._shed()
        if len(self.table) > self.most:
            self._give_up(max(last for _, last in self.table.values()))

    def holds(self, now: int) -> bool:
        """Say whether some value counts at ``now``."""
        return bool(self.table) or super().holds(now)

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        return None if self.table else super().lapse(now)

    def prune(self, now: int) -> None:
        """Forget what is over; without a length, what counts for good becomes numbers."""
        if self.span.length is not None:
            super().prune(now)
        elif self.lost is None:
            self._cut(bisect_right(self.instants, now - self.span.offset))

    def empty(self) -> bool:
        """Say whether no value was taken in that counts or may come to count."""
        return not self.table and super().empty()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.span, twin.lost, twin.floor = self.span, self.lost, self.floor
        twin.instants, twin.said = self.instants.copy(), self.said.copy()
        twin.table = self.table.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[lost, [instant, ...], [value, ...], [place, ...], [how often, when, ...]]``.

        A value is said once; ``place`` is its place in that list. What counts for good comes last:
        for the first values of the list, how often each was and when last.
        """
        places = {said: i for i, said in enumerate(sorted(self.table, key=order))}
        codes: list[Json] = [places.setdefault(said, len(places)) for said in self.said]
        told: list[Json] = [n for said in list(places)[: len(self.table)] for n in self.table[said]]
        return [self.lost, [*spread(self.instants)], [said[1] for said in places], codes, told]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.lost, distances, values, codes, told = state
        said = [(isinstance(value, bool), value) for value in values]
        window.instants = gather(distances)
        window.said = [said[code] for code in codes]
        window.table = dict(zip(said, zip(told[::2], told[1::2], strict=True), strict=False))
        return window
