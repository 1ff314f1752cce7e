"""What was said and when: values beside instants, in the order that ties decide."""

from __future__ import annotations

from bisect import bisect_right
from typing import Any, ClassVar, Self

from rules.conditions import Measure
from rules.windows.kept import Kept, gather, spread
from rules.windows.window import ANYTHING, Json

Said = tuple[str, Any]
"""A tie and the value that came with it."""


class Told(Kept):
    """Values in the order of ``(at, tie)``; a subclass says which of them is the answer."""

    __slots__ = ("said",)
    answers: ClassVar[tuple[str, ...]] = ANYTHING

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure, cap)
        self.said: list[Said] = []

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one value; an event without one (``None``) is passed over."""
        if value is None:
            return
        self._take(at, (tie, value))
        if self.instants:
            self._shed()

    def _take(self, at: int, said: Said) -> None:
        index = self._place(at)
        if index is None:
            return
        while index and self.instants[index - 1] == at and self.said[index - 1][0] > said[0]:
            index -= 1
        self.said.insert(index, said)

    def _cut(self, count: int) -> None:
        del self.instants[:count], self.said[:count]

    def merge(self, other: Self) -> None:
        """Take in the other's values, each in its place."""
        lost = [one for one in (self.lost, other.lost) if one is not None]
        for at, said in zip(other.instants, other.said, strict=True):
            self._take(at, said)
        if lost:
            self.lost = max(lost)
            self._cut(bisect_right(self.instants, self.lost))
        if self.instants:
            self._shed()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.floor = self.floor
        twin.span, twin.lost = self.span, self.lost
        twin.instants, twin.said = self.instants.copy(), self.said.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[lost, [instant, distance, ...], [tie, value, ...]]``."""
        said: list[Json] = [part for pair in self.said for part in pair]
        return [self.lost, [*spread(self.instants)], said]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.lost, distances, said = state
        window.instants = gather(distances)
        window.said = list(zip(said[::2], said[1::2], strict=True))
        return window
