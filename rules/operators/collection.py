"""Lists: what is on them and how long they are."""

from __future__ import annotations

from typing import Any

from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import SINGLES, SIZE

KINDS = ("list",)
_SINGLE = (str, int, float, bool)


def told_apart(items: Any) -> set[tuple[bool, Any]]:
    """Return the entries such that 1 and true are two; what is no single value is left out.

    >>> len(told_apart([1, True, 1.0, {}]))
    2
    """
    return {(type(item) is bool, item) for item in items if type(item) in _SINGLE}


@operator(
    "has_any",
    "has one of",
    negation=("has_none", "has none of"),
    kinds=KINDS,
    shape=SINGLES,
    index="items",
    example=Example(["red", "blue"], ["blue"], ["green"]),
)
def has_any(operand: tuple[Any, ...]) -> Check:
    """One of these is on the list."""
    sought = told_apart(operand)

    def check(value: Any, _facts: Facts) -> Truth:
        return not sought.isdisjoint(told_apart(value)) if type(value) in (tuple, list) else None

    return check


@operator(
    "has_all",
    "has all of",
    negation=("not_has_all", "lacks one of"),
    kinds=KINDS,
    shape=SINGLES,
    example=Example(["red", "blue"], ["blue", "red", "green"], ["blue"]),
)
def has_all(operand: tuple[Any, ...]) -> Check:
    """Every one of these is on the list."""
    sought = told_apart(operand)

    def check(value: Any, _facts: Facts) -> Truth:
        return sought <= told_apart(value) if type(value) in (tuple, list) else None

    return check


@operator(
    "size",
    "has so many entries",
    negation=("not_size", "has another number of entries"),
    kinds=KINDS,
    shape=SIZE,
    example=Example({"at_least": 2}, ["a", "b"], ["a"]),
)
def size(operand: tuple[int | None, int | None]) -> Check:
    """The list has exactly this many entries, or a number of them between two bounds."""
    low, high = operand

    def check(value: Any, _facts: Facts) -> Truth:
        if type(value) not in (tuple, list):
            return None
        return (low is None or len(value) >= low) and (high is None or len(value) <= high)

    return check
