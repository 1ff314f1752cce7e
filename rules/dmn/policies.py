"""The hit policies of DMN: what a table answers when none, one or several of its rules match."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rules.feel.comparing import equal
from rules.feel.functions import applied

Values = tuple[object, ...]
"""The outputs of one rule, in the order of the columns."""
Hits = Iterator[Values]
Ranks = Callable[[Values], tuple[int, ...]]
"""Where a rule's outputs stand in the order of the output values: the smaller, the sooner."""

NAMES: Mapping[str, str] = {
    "U": "UNIQUE",
    "F": "FIRST",
    "P": "PRIORITY",
    "A": "ANY",
    "C": "COLLECT",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
}
MANY = ("COLLECT", "RULE ORDER", "OUTPUT ORDER")
"""The policies that answer with a list."""
AGGREGATES: Mapping[str, str] = {"SUM": "sum", "MIN": "min", "MAX": "max", "COUNT": "count"}


def single(policy: str, hits: Hits, ranks: Ranks) -> tuple[Values | None, str]:
    """Return the outputs a policy of one answer chooses, and the reason as a word.

    "matched", "nothing", or "conflict": two rules match under UNIQUE, or two that say different
    things under ANY. Source: DMN 1.5, 8.2.10.

    >>> single("UNIQUE", iter([("a",), ("b",)]), lambda values: ())
    (None, 'conflict')
    """
    first = next(hits, None)
    if first is None:
        return None, "nothing"
    if policy == "UNIQUE":
        return (None, "conflict") if next(hits, None) is not None else (first, "matched")
    if policy == "ANY":
        alike = all(equal(first, other) is True for other in hits)
        return (first, "matched") if alike else (None, "conflict")
    return (min((first, *hits), key=ranks) if policy == "PRIORITY" else first), "matched"


def ordered(policy: str, hits: Hits, ranks: Ranks) -> list[Values]:
    """Return the outputs of all rules that match: in the rules' order, or the outputs'.

    >>> ordered("OUTPUT ORDER", iter([("b",), ("a",)]), lambda values: (ord(values[0]),))
    [('a',), ('b',)]
    """
    return sorted(hits, key=ranks) if policy == "OUTPUT ORDER" else list(hits)


def aggregated(how: str, columns: Sequence[Values]) -> Values:
    """Return the sum, count, smallest or largest of each column of outputs.

    >>> aggregated("COUNT", [("a", "b")])
    (Decimal('2'),)
    """
    return tuple(applied(AGGREGATES[how], (column,)) for column in columns)
