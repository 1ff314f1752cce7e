"""What one document may cost: its values and patterns are counted while it is read."""

from __future__ import annotations

from rules.errors import InvalidError

CONDITION = 20_000
"""What all values of one condition may cost; a value costs one."""
MATRIX = 1_000_000
"""What all values of a whole matrix may cost."""
PATTERN = 1_000
"""What a pattern costs: compiled it takes the time and the memory of so many plain values."""


class Budget:
    """So much may be spent on one document, and within it, on a larger one that it is part of.

    >>> whole = Budget(3)
    >>> Budget(2, whole).spend(2, "/value")
    >>> whole.left
    1
    """

    def __init__(self, most: int, whole: Budget | None = None) -> None:
        self.left = most
        self._whole = whole

    def spend(self, cost: int, at: str) -> None:
        """Take a cost off; ``InvalidError`` (code ``too_costly``) where there is not enough."""
        if cost > self.left:
            raise InvalidError(at, "too_costly", "expected fewer values and patterns in all")
        self.left -= cost
        if self._whole is not None:
            self._whole.spend(cost, at)


def plain(raw: object) -> int:
    """Return what a value costs as JSON: an entry of a list costs one, anything else one in all.

    A list longer than any may be is left for its reader to refuse.

    >>> plain(["a", "b", 1]), plain(None)
    (3, 1)
    """
    return max(1, len(raw)) if isinstance(raw, list) and len(raw) < CONDITION else 1
