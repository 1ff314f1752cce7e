"""Stretches of time without a long pause: what happened in any order joins them all the same."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import chain, pairwise
from typing import Self

MOST = 1_000
"""How many stretches are kept; a present one that may reach back beyond them is not known."""


class Runs:
    """Stretches ``starts[i]`` to ``ends[i]`` in which every pause is shorter than ``gap``.

    ``lost`` is the end of the newest stretch that was let go for want of room. What joins it is let
    go too, for nobody knows any more when it began.

    >>> runs = Runs(30)
    >>> for at in (100, 10, 50, 125): runs.cover(at, at)
    >>> runs.starts, runs.ends, runs.start(154), runs.start(155)
    ([10, 50, 100], [10, 50, 125], 100, None)
    >>> runs.cover(75, 75)
    >>> runs.starts, runs.ends
    ([10, 50], [10, 125])
    """

    __slots__ = ("ends", "gap", "lost", "starts")

    def __init__(self, gap: int) -> None:
        self.gap = gap
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.lost: int | None = None

    def cover(self, start: int, end: int) -> None:
        """Take in that something went on from one instant to another."""
        starts, ends, gap = self.starts, self.ends, self.gap
        if self.lost is not None and start - self.lost < gap:
            self._sink(end)
            return
        if ends and 0 <= start - ends[-1] < gap:
            ends[-1] = end
            return
        low, high = bisect_right(ends, start - gap), bisect_left(starts, end + gap)
        if low < high:
            start, end = min(start, starts[low]), max(end, ends[high - 1])
        starts[low:high], ends[low:high] = [start], [end]
        if len(starts) > MOST:
            self._sink(starts[0])

    def _sink(self, end: int) -> None:
        """Let go of what goes on until ``end`` and of all that it joins."""
        starts, ends = self.starts, self.ends
        self.lost = end if self.lost is None else max(end, self.lost)
        while starts and starts[0] - self.lost < self.gap:
            self.lost = max(self.lost, ends[0])
            del starts[0], ends[0]

    def start(self, now: int) -> int | None:
        """Return when the stretch began that goes on at ``now``; ``None`` for none."""
        return self.starts[-1] if self.starts and now - self.ends[-1] < self.gap else None

    def over(self, now: int) -> int | None:
        """Return when the stretch that goes on at ``now`` will be over; ``None`` for none."""
        newest = max([*self.ends[-1:], *([] if self.lost is None else [self.lost])], default=None)
        return None if newest is None or now - newest >= self.gap else newest + self.gap

    def torn(self, now: int) -> bool:
        """Say whether nobody knows any more when the stretch that goes on at ``now`` began."""
        return self.lost is not None and now - self.lost < self.gap and self.start(now) is None

    def merge(self, other: Self) -> None:
        """Take in the stretches of another."""
        if other.lost is not None:
            self._sink(other.lost)
        for start, end in zip(other.starts, other.ends, strict=True):
            self.cover(start, end)

    def prune(self, now: int) -> None:
        """Keep only the stretch that what happens after ``now`` may go on with."""
        del self.starts[:-1], self.ends[:-1]
        if self.ends and now - self.ends[-1] >= self.gap:
            self.starts.clear()
            self.ends.clear()
        if self.lost is not None and (self.starts or now - self.lost >= self.gap):
            self.lost = None

    def empty(self) -> bool:
        """Say whether nothing is kept."""
        return not self.starts and self.lost is None

    def copy(self) -> Self:
        """Return stretches that change apart from these."""
        twin = type(self)(self.gap)
        twin.starts, twin.ends, twin.lost = self.starts.copy(), self.ends.copy(), self.lost
        return twin

    def dump(self) -> list[int | None]:
        """Return ``[lost, start, length, pause, length, ...]``."""
        marks = [*chain.from_iterable(zip(self.starts, self.ends, strict=True))]
        return [self.lost, *marks[:1], *(after - before for before, after in pairwise(marks))]

    @classmethod
    def load(cls, gap: int, state: list[int | None]) -> Self:
        """Return the stretches whose dump this was."""
        runs, at = cls(gap), 0
        runs.lost, marks = state[0], []
        for distance in state[1:]:
            at += distance or 0
            marks.append(at)
        runs.starts, runs.ends = marks[::2], marks[1::2]
        return runs
