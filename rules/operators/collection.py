"""Lists: what is on them and how long they are."""

from __future__ import annotations

from typing import Any

from rules.facts import Facts, Truth
from rules.operators.items import ITEM, Asked
from rules.operators.registry import Check, Example, operator, operators
from rules.operators.shapes import SINGLES, SIZE

KINDS = ("list",)
_SINGLE = (str, int, float, bool)


def told_apart(items: Any, ignore_case: bool = False) -> set[tuple[bool, Any]]:
    """Return the entries such that 1 and true are two; what is no single value is left out.

    >>> len(told_apart([1, True, 1.0, {}]))
    2
    """
    if ignore_case:
        items = [item.casefold() if type(item) is str else item for item in items]
    return {(type(item) is bool, item) for item in items if type(item) in _SINGLE}


@operator(
    "has_any",
    "has one of",
    negation=("has_none", "has none of"),
    kinds=KINDS,
    shape=SINGLES,
    cases=True,
    index="items",
    example=Example(["red", "blue"], ["blue"], ["green"]),
)
def has_any(operand: tuple[Any, ...], ignore_case: bool) -> Check:
    """One of these is on the list."""
    sought = told_apart(operand, ignore_case)

    def check(value: Any, _facts: Facts) -> Truth:
        if type(value) not in (tuple, list):
            return None
        return not sought.isdisjoint(told_apart(value, ignore_case))

    return check


@operator(
    "has_all",
    "has all of",
    negation=("not_has_all", "lacks one of"),
    kinds=KINDS,
    shape=SINGLES,
    cases=True,
    example=Example(["red", "blue"], ["blue", "red", "green"], ["blue"]),
)
def has_all(operand: tuple[Any, ...], ignore_case: bool) -> Check:
    """Every one of these is on the list."""
    sought = told_apart(operand, ignore_case)

    def check(value: Any, _facts: Facts) -> Truth:
        if type(value) not in (tuple, list):
            return None
        return sought <= told_apart(value, ignore_case)

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


@operator(
    "any_item",
    "has an entry that",
    negation=("no_item", "has no entry that"),
    kinds=KINDS,
    shape=ITEM,
    example=Example({"operator": "at_least", "value": 90}, [20, 95], [20, 30]),
)
def any_item(operand: tuple[Asked, ...]) -> Check:
    """One entry meets this test, or all of these tests at once.

    An entry of another type than a test reads leaves it unknown, unless another entry meets it.
    """
    tests = tuple(operators[name].bind(value, ignore_case) for name, value, ignore_case in operand)

    def check(value: Any, facts: Facts) -> Truth:
        if type(value) not in (tuple, list):
            return None
        truth: Truth = False
        for item in value:
            found = {test(item, facts) for test in tests}
            if found == {True}:
                return True
            if False not in found:
                truth = None
        return truth

    return check
