"""How much it comes to when what is past fades: a score that halves with every half-life."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from itertools import chain
from typing import Any, ClassVar, Self, cast

from rules.conditions import Measure
from rules.values import SCALE
from rules.windows.registry import kinds
from rules.windows.window import NUMBER, SCORE, Json

HALVINGS = 32
"""After so many half-lives an event counts for nothing: less than a thousand-millionth is left."""
FINE = 10**9
"""Powers of two between two half-lives are rounded to nine decimals."""
_CLOSE = 1e-3
_DIGITS = 50
_ONE = Decimal(1)


def power(part: int, whole: int) -> int:
    """Return 2 to the power of ``part / whole`` in thousand-millionths, half away from zero.

    ``part`` lies between ``-whole`` and ``whole``. Where the floating point might round the wrong
    way it is worked out with 50 digits, so that every machine says the same.

    >>> power(0, 10), power(5, 10), power(-10, 10)
    (1000000000, 1414213562, 500000000)
    """
    guess: float = 2.0 ** (part / whole) * FINE
    if abs(guess % 1 - 0.5) > _CLOSE:
        return round(guess)
    with localcontext() as context:
        context.prec = _DIGITS
        exact = (Decimal(part) / Decimal(whole) * Decimal(2).ln()).exp() * FINE
        return int(exact.quantize(_ONE, ROUND_HALF_UP))


@kinds.named("decayed")
class Decayed:
    """The sum of the values, each halved for every half-life since; 0 for none.

    Without a path every event is worth 1. Time is cut into half-lives from 1970 on: an event's
    value times the power of two of its place in its own is added to a whole number that stands for
    that half-life, so sums are exact in any order; what is read is the sum of those numbers, each
    halved by its age, times the power of two of the place of now, in millionths, rounded once, half
    away from zero. Between two events the score only fades towards 0: when it passes a threshold is
    found by halving the time between, to the microsecond.

    >>> window = Decayed(Measure("Viewed", kind="decayed", setting=10))
    >>> window.add(0, None, "a"); window.add(10, None, "b")
    >>> window.read(10), window.read(20), window.read(25)
    (1500000, 750000, 530330)
    """

    __slots__ = ("half", "span", "sums", "valued")
    takes: ClassVar[str] = SCORE
    answers: ClassVar[tuple[str, ...]] = NUMBER
    millionths: ClassVar[bool] = True
    drifts: ClassVar[bool] = True
    nests: ClassVar[bool] = True
    prunes: ClassVar[bool] = False

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        del cap
        assert isinstance(measure.setting, int)
        self.half = measure.setting
        self.span = measure.span
        self.valued = measure.path is not None
        self.sums: dict[int, int] = {}

    @staticmethod
    def reach(measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""
        return (HALVINGS + 1) * cast("int", measure.setting)

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one value, in millionths; anything but an integer is passed over."""
        del tie
        value = value if self.valued else SCALE
        span = self.span
        early = span.since is not None and at < span.since
        late = span.until is not None and at >= span.until
        if early or late or not isinstance(value, int) or isinstance(value, bool):
            return
        number, place = divmod(at, self.half)
        sums = self.sums
        sums[number] = sums.get(number, 0) + value * power(place, self.half)
        if len(sums) > HALVINGS:
            self._forget(max(sums))

    def _forget(self, number: int) -> None:
        for old in [one for one in self.sums if number - one > HALVINGS]:
            del self.sums[old]

    def read(self, now: int) -> int:
        """Return the score at ``now``, in millionths."""
        number, place = divmod(now, self.half)
        return self._score(self._total(number), place)

    def _total(self, number: int) -> int:
        """Return the sum of all half-lives by the age each has in this one."""
        ages = ((number - one, held) for one, held in self.sums.items())
        return sum(held << (HALVINGS - age) for age, held in ages if 0 <= age <= HALVINGS)

    def _score(self, total: int, place: int) -> int:
        scaled = abs(total) * power(-place, self.half)
        unit = (FINE * FINE) << HALVINGS
        rounded = (2 * scaled + unit) // (2 * unit)
        return rounded if total >= 0 else -rounded

    def changes(self, now: int) -> Iterator[tuple[int, int]]:
        """Yield ``(instant, value)`` of every change after ``now``: of each millionth that goes."""
        value = self.read(now)
        due = self._next(now, value)
        while due is not None:
            value = self.read(due)
            yield due, value
            due = self._next(due, value)

    def next_change(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which the score differs without an event."""
        return self._next(now, self.read(now))

    def _next(self, now: int, value: int) -> int | None:
        for start, end, total in self._stretches(now):
            if self._score(total, start % self.half) != value:
                return start
            if self._score(total, end % self.half) != value:
                return self._first(start, end, lambda score: score != value, total)
        return None

    def _stretches(self, now: int) -> Iterator[tuple[int, int, int]]:
        """Yield the first and last instant and the sum of each half-life after ``now``."""
        if not self.sums:
            return
        start = now + 1
        for number in range(start // self.half, max(self.sums) + HALVINGS + 2):
            end = (number + 1) * self.half - 1
            yield start, end, self._total(number)
            start = end + 1

    def _first(self, low: int, high: int, wanted: Any, total: int) -> int:
        """Return the first instant at which what is true at ``high`` is so, by halving."""
        while low < high:
            middle = (low + high) // 2
            if wanted(self._score(total, middle % self.half)):
                high = middle
            else:
                low = middle + 1
        return low

    def passes(self, now: int, borders: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        """Yield each later instant at which the score passes a border, with the score there.

        It passes a border when it reaches it and when it leaves it.

        >>> window = Decayed(Measure("Viewed", kind="decayed", setting=10))
        >>> window.add(0, None, "a")
        >>> next(window.passes(0, (500_000,)))
        (10, 500000)
        """
        score = self.read(now)
        marks = {border + more for border in borders for more in (-1, 0, 1)}
        if len({held > 0 for held in self.sums.values()}) < 2:  # noqa: PLR2004 one sign: it only fades
            marks = {mark for mark in marks if 0 <= mark < score or score < mark <= 0}
        for start, end, total in self._stretches(now) if marks else ():
            found = {self._crossing(score, start, end, mark, total) for mark in marks}
            passed = sorted(at for at in found if at is not None)
            yield from ((at, self._score(total, at % self.half)) for at in passed)
            score = self._score(total, end % self.half)

    def _crossing(self, before: int, start: int, end: int, mark: int, total: int) -> int | None:
        """Return the first instant in a half-life at which the score is on a mark or past it."""
        first, last = (self._score(total, at % self.half) for at in (start, end))
        if before > mark >= first or before < mark <= first:
            return start
        if first > mark >= last:
            return self._first(start, end, lambda score: score <= mark, total)
        if first < mark <= last:
            return self._first(start, end, lambda score: score >= mark, total)
        return None

    def holds(self, now: int) -> bool:
        """Say whether some event still counts at ``now``."""
        return bool(self.sums) and now // self.half - max(self.sums) <= HALVINGS

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        return (max(self.sums) + HALVINGS + 1) * self.half if self.holds(now) else None

    def prune(self, now: int) -> None:
        """Forget the half-lives that count for nothing any more."""
        self._forget(now // self.half)

    def merge(self, other: Self) -> None:
        """Take in the other's events: sums add up."""
        for number, held in other.sums.items():
            self.sums[number] = self.sums.get(number, 0) + held
        if self.sums:
            self._forget(max(self.sums))

    def empty(self) -> bool:
        """Say whether nothing is kept."""
        return not self.sums

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.half, twin.span, twin.valued = self.half, self.span, self.valued
        twin.sums = self.sums.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[the number of a half-life, its sum, ...]``, sums as decimal digits."""
        pairs: list[list[Json]] = [[n, str(held)] for n, held in sorted(self.sums.items())]
        return [*chain.from_iterable(pairs)]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.sums = {n: int(held) for n, held in zip(state[::2], state[1::2], strict=True)}
        return window
