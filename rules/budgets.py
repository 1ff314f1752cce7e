"""What one document may cost: a condition's is counted while it is read, a matrix's before."""

from __future__ import annotations

from rules.errors import InvalidError

CONDITION = 20_000
"""What all values of one condition may cost; a value costs one."""
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
            raise InvalidError(at, "too_costly", "expected fewer values and patterns in all")
        self.left -= cost
        if self._whole is not None:
            self._whole.spend(cost, at)


def bounded(rows: list[object], at: str) -> None:
    """Refuse rows in which more stands than may; counted at once, before one of them is read.

    ``InvalidError`` (code ``too_costly``) names the row. A list of values is counted, and not
    looked into.

    >>> bounded([{"id": "a"}], "/rows")
    """
    nodes, values = NODES, MATRIX
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
        if nodes < 0 or values < 0:
            most = f"{NODES} objects and what stands in them, and {MATRIX} listed values"
            raise InvalidError(f"{at}/{i}", "too_costly", f"expected at most {most} in all rows")


def plain(raw: object) -> int:
    """Return what a value costs as JSON: an entry of a list costs one, anything else one in all.

    A list longer than any may be is left for its reader to refuse.

    >>> plain(["a", "b", 1]), plain(None)
    (3, 1)
    """
    return max(1, len(raw)) if isinstance(raw, list) and len(raw) < CONDITION else 1
