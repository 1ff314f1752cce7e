"""A tally: how often each value is there and when last, and which of them leads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heapify, heappop, heappush
from typing import Any

Said = tuple[bool, Any]
"""A value, and whether it is a boolean: 1 and true are two values."""
Order = tuple[bool, bool, Any]
Place = tuple[int, int, Order]


def order(said: Said) -> Order:
    """Return where a value comes among those that are there as often, and were last at once.

    >>> sorted([(True, True), (False, "b"), (False, 2)], key=order)
    [(False, 2), (False, 'b'), (True, True)]
    """
    return said[0], isinstance(said[1], str), said[1]


class Tally:
    """Values that come and go, the oldest first; who leads costs a logarithm after each.

    >>> tally = Tally({}, [((False, "a"), 1), ((False, "b"), 2)])
    >>> tally.leader(), tally.drop((False, "b")), tally.leader()
    ((False, 'b'), None, (False, 'a'))
    """

    def __init__(
        self, for_good: Mapping[Said, tuple[int, int]], rows: Iterable[tuple[Said, int]]
    ) -> None:
        self.counts = {said: often for said, (often, _) in for_good.items()}
        self.last = {said: at for said, (_, at) in for_good.items()}
        for said, at in rows:
            self.counts[said] = self.counts.get(said, 0) + 1
            self.last[said] = at
        self.places = [self._place(said) for said in self.counts]
        heapify(self.places)

    def put(self, said: Said, at: int) -> None:
        """Take in a value that is later than all before."""
        self.counts[said] = self.counts.get(said, 0) + 1
        self.last[said] = at
        heappush(self.places, self._place(said))

    def drop(self, said: Said) -> None:
        """Let the oldest go that is not there for good."""
        self.counts[said] -= 1
        heappush(self.places, self._place(said))

    def leader(self) -> Said | None:
        """Return what is there most often, of several the one seen last; ``None`` for nothing."""
        while self.places:
            often, _, (boolean, _, value) = place = self.places[0]
            said = (boolean, value)
            if often and place == self._place(said):
                return said
            heappop(self.places)
        return None

    def _place(self, said: Said) -> Place:
        return -self.counts[said], -self.last[said], order(said)
