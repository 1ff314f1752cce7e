"""How many different ones: each value once, at the instant that decides how long it counts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Self

from rules.conditions import Measure
from rules.windows.kept import Kept, gather, spread
from rules.windows.registry import kinds
from rules.windows.window import Json

_LONGEST = 40


def token(value: object) -> str | None:
    """Return a short text that is equal for equal values and different for different ones.

    Strings, booleans and numbers have one (1 and 1.0 are the same number, 1 and true are not);
    anything else has none. Long strings become a hash.

    >>> token("boots"), token(1.0), token(True), token([1])
    ('sboots', 'n1', 'bTrue', None)
    """
    if isinstance(value, str):
        if len(value) <= _LONGEST:
            return "s" + value
        return "h" + blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    if isinstance(value, bool):
        return f"b{value}"
    if isinstance(value, float) and value.is_integer():
        return f"n{int(value)}"
    return f"n{value}" if isinstance(value, int | float) else None


@kinds.named("distinct")
class Distinct(Kept):
    """The number of different values in the span; 0 for none.

    Values are strings, booleans and numbers; an event without such a value is passed over. Without
    a length a value counts from its first instant, else until its last one expires, so one instant
    a value is kept; only an offset with a length needs them all. Unknown past ``LIMIT``.

    >>> window = Distinct(Measure("Product Viewed", kind="distinct", path="properties.sku"))
    >>> for at, sku in enumerate(["a", "b", "a"]): window.add(at, sku, "")
    >>> window.read(2)
    2
    """

    __slots__ = ("seen", "tokens")

    def __init__(self, measure: Measure, cap: int | None = None) -> None:
        super().__init__(measure, cap)
        self.tokens: list[str] = []
        self.seen: dict[str, int] = {}

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one value."""
        del tie
        text = token(value)
        if text is None:
            return
        self._take(at, text)
        if self.instants:
            self._shed()

    def _every(self) -> bool:
        return self.span.length is not None and self.span.offset > 0

    def _take(self, at: int, text: str) -> None:
        index = self._place(at)
        if index is None:
            return
        self.tokens.insert(index, text)
        if self._every():
            return
        other = self.seen.get(text)
        if other is not None:
            keeps_first = self.span.length is None
            gone = max(at, other) if keeps_first else min(at, other)
            self._remove(gone, text)
            at = min(at, other) if keeps_first else max(at, other)
        self.seen[text] = at

    def _remove(self, at: int, text: str) -> None:
        index = self.tokens.index(text, bisect_left(self.instants, at))
        del self.instants[index], self.tokens[index]

    def _cut(self, count: int) -> None:
        if not self._every():
            for text in self.tokens[:count]:
                del self.seen[text]
        del self.instants[:count], self.tokens[:count]

    def _answer(self, low: int, high: int) -> Any:
        return len(set(self.tokens[low:high])) if self._every() else high - low

    def changes(self, now: int) -> Iterator[tuple[int, Any]]:
        """Yield each later change, counting only what comes and goes."""
        if not self._every():
            yield from super().changes(now)
            return
        value, left, right = self.read(now), 0, 0
        counts: Counter[str] = Counter()
        for instant, low, high in self._steps(now):
            counts.update(self.tokens[right:high])
            right = max(right, high)
            for text in self.tokens[left:low]:
                counts[text] -= 1
                if not counts[text]:
                    del counts[text]
            left = max(left, low)
            if len(counts) != value:
                value = len(counts)
                yield instant, value

    def merge(self, other: Self) -> None:
        """Take in the other's values."""
        lost = [one for one in (self.lost, other.lost) if one is not None]
        for at, text in zip(other.instants, other.tokens, strict=True):
            self._take(at, text)
        if lost:
            self.lost = max(lost)
            self._cut(bisect_right(self.instants, self.lost))
        if len(self.instants) > self.limit:
            self._overflow()

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""
        twin = object.__new__(type(self))
        twin.floor = self.floor
        twin.span, twin.lost, twin.seen = self.span, self.lost, self.seen.copy()
        twin.instants, twin.tokens = self.instants.copy(), self.tokens.copy()
        return twin

    def dump(self) -> Json:
        """Return ``[lost, [instant, distance, ...], [token, ...]]``."""
        return [self.lost, [*spread(self.instants)], [*self.tokens]]

    @classmethod
    def load(cls, measure: Measure, state: Any, cap: int | None = None) -> Self:
        """Return the window whose dump this was."""
        window = cls(measure, cap)
        window.lost, distances, tokens = state
        window.instants, window.tokens = gather(distances), list(tokens)
        if not window._every():
            window.seen = dict(zip(window.tokens, window.instants, strict=True))
        return window
