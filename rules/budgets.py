"""What one document may cost: a condition's is counted while it is read, a matrix's before."""

from __future__ import annotations

from rules.errors import InvalidError

CONDITION = 20_000
"""What all values of one condition may cost; a value costs one."""
LONG = 128
"""A text of a list costs one more for every so many characters."""
MATRIX = 1_000_000
"""What all values of a whole matrix may cost."""
PATTERN = 1_000
"""What a pattern costs: compiled it takes the time and the memory of so many plain values."""

NODES = 600_000
"""Objects and what stands in them, in all rows: ten thousand rows of twelve tests."""


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
            said = "expected fewer or shorter values, and fewer patterns, in all"
            raise InvalidError(at, "too_costly", said)
        self.left -= cost
        if self._whole is not None:
            self._whole.spend(cost, at)


def bounded(rows: list[object], at: str) -> None:
    """Refuse rows in which more stands than may; counted at once, before one of them is read.

    ``InvalidError`` (code ``too_costly``) names the row. How long the texts of lists are is looked
    at where the rest is few enough.

    >>> bounded([{"id": "a"}], "/rows")
    """
    nodes, values = NODES, MATRIX
    lists: list[tuple[int, list[object]]] = []
    for i, row in enumerate(rows):
        stack = [row]
        while stack and nodes >= 0 <= values:
            node = stack.pop()
            if type(node) is dict:
                nodes -= len(node)
                stack += node.values()
            elif type(node) is list and node:
                listed = type(node[0]) not in (dict, list)
                nodes -= 0 if listed else len(node)
                values -= len(node) if listed else 0
                stack += () if listed else node
                lists += [(i, node)] if listed else []
        if nodes < 0 or values < 0:
            raise _beyond(f"{at}/{i}")
    for i, entries in lists:
        values -= _length(entries)
        if values < 0:
            raise _beyond(f"{at}/{i}")


def _beyond(at: str) -> InvalidError:
    most = f"{NODES} objects and what stands in them, and {MATRIX} listed values"
    said = f"expected at most {most} in all rows, long texts counted more than once"
    return InvalidError(at, "too_costly", said)


def plain(raw: object) -> int:
    """Return what a value costs as JSON: an entry of a list costs one, anything else one in all.

    A long text in a list costs more. A list longer than any may be is left for its reader to
    refuse.

    >>> plain(["a", "b", 1]), plain(["a" * 128, "b"]), plain(None)
    (3, 3, 1)
    """
    if not isinstance(raw, list) or len(raw) >= CONDITION:
        return 1
    return max(1, len(raw) + _length(raw))


def _length(entries: list[object]) -> int:
    """Return what the texts of a list cost more than one each."""
    return sum(len(entry) // LONG for entry in entries if type(entry) is str)
