"""A score written by hand: measures put together, each by bands or as it is, each with a weight."""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from rules.conditions import Measure
from rules.values import SCALE
from rules.windows.registry import create, kinds, load
from rules.windows.window import NUMBER, WHOLE, Json


@dataclass(frozen=True, slots=True)
class Part:
    """One measure of a score; all numbers are millionths.

    Banded, it is worth ``points[i]`` from ``borders[i - 1]`` on and below ``borders[i]``; else its
    value between ``low`` and ``high``. ``unknown`` is what it is worth while nobody knows it.
    """

    measure: Measure
    weight: int = SCALE
    borders: tuple[int, ...] = ()
    points: tuple[int, ...] = ()
    low: int | None = None
    high: int | None = None
    unknown: int | None = None

    def worth(self, value: object) -> int | None:
        """Return what a reading of the measure is worth before its weight; ``None`` for unknown.

        >>> banded = Part(Measure("Order Completed"), borders=(1_000_000,), points=(0, 5_000_000))
        >>> banded.worth(0), banded.worth(1), banded.worth(None)
        (0, 5000000, None)
        """
        if not isinstance(value, int):
            return self.unknown
        scaled = value if kinds[self.measure.kind].millionths else value * SCALE
        if self.points:
            return self.points[bisect_right(self.borders, scaled)]
        return clamped(scaled, self.low, self.high)


@dataclass(frozen=True, slots=True)
class Score:
    """Parts that are weighed and added to ``base``, the sum kept between ``low`` and ``high``."""

    parts: tuple[Part, ...]
    base: int = 0
    low: int | None = None
    high: int | None = None

    def total(self, worths: list[int | None]) -> int | None:
        """Return the score in millionths, rounded once, half away from zero; unknown by any part.

        >>> Score((Part(Measure("A"), weight=1_500_000),)).total([3])
        5
        """
        whole = self.base * SCALE
        for part, worth in zip(self.parts, worths, strict=True):
            if worth is None:
                return None
            whole += part.weight * worth
        return clamped(rounded(whole), self.low, self.high)


def rounded(product: int) -> int:
    """Return a product of two numbers in millionths in millionths, half away from zero.

    >>> rounded(1_500_000), rounded(-1_500_000)
    (2, -2)
    """
    whole = (2 * abs(product) + SCALE) // (2 * SCALE)
    return whole if product >= 0 else -whole


def clamped(value: int, low: int | None, high: int | None) -> int:
    """Return the value, or the bound it is beyond.

    >>> clamped(5, None, 3), clamped(5, 1, None)
    (3, 5)
    """
    value = value if low is None or value >= low else low
    return value if high is None or value <= high else high


@kinds.named("weighted")
class Points:
    """A score: measures by bands or as they are, each with a weight, added up; of features only.

    The windows of its parts stand side by side; an event's value says which part it is for. Between
    two events the score changes at the very instant at which a part leaves its window or passes a
    border of its bands.

    >>> of = Part(Measure("Viewed"), weight=2_000_000)
    >>> window = Points(Measure("", kind="weighted", setting=Score((of,), base=1_000_000)))
    >>> window.add(5, (0, None), "a")
    >>> window.read(5)
    3000000
    """

    __slots__ = ("parts", "score")
    takes: ClassVar[str] = WHOLE
    answers: ClassVar[tuple[str, ...]] = NUMBER
    millionths: ClassVar[bool] = True
    drifts: ClassVar[bool] = False
    nests: ClassVar[bool] = True
    prunes: ClassVar[bool] = False

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        del cap
        assert isinstance(measure.setting, Score)
        self.score = measure.setting
        self.parts: list[Any] = [create(part.measure) for part in self.score.parts]

    @staticmethod
    def reach(measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""
        assert isinstance(measure.setting, Score)
        inner = [part.measure for part in measure.setting.parts]
        known = [kinds[one.kind].reach(one) for one in inner]
        lengths = [length for length in known if length is not None]
        return max(lengths) if len(lengths) == len(known) else None

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one event for one part: ``value`` is the part's place and what it takes."""
        assert isinstance(value, tuple)
        place, inner = value
        self.parts[place].add(at, inner, tie)

    def merge(self, other: Self) -> None:
        """Take in the events of another state, part by part."""
        for mine, theirs in zip(self.parts, other.parts, strict=True):
            mine.merge(theirs)

    def read(self, now: int) -> int | None:
        """Return the score at ``now``, in millionths."""
        return self.score.total(self._worths(now))

    def _worths(self, now: int) -> list[int | None]:
        pairs = zip(self.score.parts, self.parts, strict=True)
        return [part.worth(window.read(now)) for part, window in pairs]

    def told(self, now: int) -> list[int | None]:
        """Return what each part adds to the score, in millionths, rounded as the score is."""
        pairs = zip(self.score.parts, self._worths(now), strict=True)
        return [None if w is None else rounded(part.weight * w) for part, w in pairs]

    def changes(self, now: int) -> Iterator[tuple[int, int | None]]:
        """Yield ``(instant, value)`` of every change after ``now`` that needs no new event."""
        worths = self._worths(now)
        value = self.score.total(worths)
        turns = heapq.merge(*map(self._turns, range(len(self.parts)), [now] * len(self.parts)))
        present: int | None = None
        for instant, place in turns:
            if present is not None and instant != present:
                fresh = self.score.total(worths)
                if fresh != value:
                    value = fresh
                    yield present, fresh
            present = instant
            worths[place] = self.score.parts[place].worth(self.parts[place].read(instant))
        if present is not None and self.score.total(worths) != value:
            yield present, self.score.total(worths)

    def _turns(self, place: int, now: int) -> Iterator[tuple[int, int]]:
        """Yield the instants at which one part may be worth something else, in order."""
        part, window = self.score.parts[place], self.parts[place]
        drifts = kinds[part.measure.kind].drifts
        found = window.passes(now, part.borders) if drifts else window.changes(now)
        return ((instant, place) for instant, _ in found)

    def next_change(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which the score differs without an event."""
        return next((instant for instant, _ in self.changes(now)), None)

    def holds(self, now: int) -> bool:
        """Say whether some event taken in counts for some part."""
        return any(window.holds(now) for window in self.parts)

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        held, instant = self.holds(now), now
        while True:
            known: list[int | None] = [window.lapse(instant) for window in self.parts]
            later = [one for one in known if one is not None]
            if not later:
                return None
            instant = min(later)
            if self.holds(instant) is not held:
                return instant

    def prune(self, now: int) -> None:
        """Forget what no reading at or after ``now`` can depend on."""
        for window in self.parts:
            window.prune(now)

    def empty(self) -> bool:
        """Say whether nothing is kept."""
        return all(window.empty() for window in self.parts)

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.score, twin.parts = self.score, [window.copy() for window in self.parts]
        return twin

    def dump(self) -> Json:
        """Return the parts' dumps in order, ``null`` for an empty one."""
        return [None if window.empty() else [window.dump()] for window in self.parts]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        for place, (part, held) in enumerate(zip(window.score.parts, state, strict=True)):
            if held is not None:
                window.parts[place] = load(part.measure, held[0])
        return window
