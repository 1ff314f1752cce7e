"""Being the same: one string, number or boolean, or one of several."""

from __future__ import annotations

from typing import Any

from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import SINGLE, SINGLES

KINDS = ("string", "number", "boolean", "datetime", "version", "ip")


def _alike(values: tuple[Any, ...], ignore_case: bool) -> Check:
    """Bind a set: membership among values of the same type, unknown for any other type."""
    tables: dict[type, frozenset[Any]] = {}
    for value in values:
        kinds = (int, float) if type(value) in (int, float) else (type(value),)
        for kind in kinds:
            tables[kind] = tables.get(kind, frozenset()) | {value}
    if ignore_case and str in tables:
        tables[str] = frozenset(text.casefold() for text in tables[str])

    def check(value: Any, _facts: Facts) -> Truth:
        table = tables.get(type(value))
        if table is None:
            return None
        if ignore_case and type(value) is str:
            return value.casefold() in table
        return value in table

    return check


@operator(
    "equals",
    "is",
    negation=("not_equals", "is not"),
    kinds=KINDS,
    shape=SINGLE,
    cases=True,
    index="points",
    example=Example("pro", "pro", "free"),
)
def equals(operand: Any, ignore_case: bool) -> Check:
    """The value is this string, number or boolean; 1 and true are not the same."""
    return _alike((operand,), ignore_case)


@operator(
    "in",
    "is one of",
    negation=("not_in", "is none of"),
    kinds=KINDS,
    shape=SINGLES,
    cases=True,
    index="points",
    example=Example(["DE", "AT"], "AT", "FR"),
)
def within(operand: tuple[Any, ...], ignore_case: bool) -> Check:
    """The value is one of these strings, numbers or booleans."""
    return _alike(operand, ignore_case)
