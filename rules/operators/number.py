"""Comparing numbers; an infinite one or a boolean is no number."""

from __future__ import annotations

from typing import Any

from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import NUMBER, PAIR, REMAINDER

KINDS = ("number",)


@operator(
    "at_least",
    "is at least",
    negation=("less_than", "is less than"),
    kinds=KINDS,
    shape=NUMBER,
    index="points",
    example=Example(3, 3, 2.9),
)
def at_least(operand: float) -> Check:
    """The number is this one or more."""

    def check(value: Any, _facts: Facts) -> Truth:
        return value >= operand if type(value) is int or type(value) is float else None

    return check


@operator(
    "at_most",
    "is at most",
    negation=("more_than", "is more than"),
    kinds=KINDS,
    shape=NUMBER,
    index="points",
    example=Example(0.8, 0.8, 0.81),
)
def at_most(operand: float) -> Check:
    """The number is this one or less."""

    def check(value: Any, _facts: Facts) -> Truth:
        return value <= operand if type(value) is int or type(value) is float else None

    return check


@operator(
    "between",
    "is between",
    negation=("not_between", "is not between"),
    kinds=KINDS,
    shape=PAIR,
    index="points",
    example=Example([10, 20], 20, 21),
)
def between(operand: tuple[float, float]) -> Check:
    """The number lies between these two, both included."""
    low, high = operand

    def check(value: Any, _facts: Facts) -> Truth:
        return low <= value <= high if type(value) is int or type(value) is float else None

    return check


@operator(
    "modulo",
    "leaves the remainder",
    negation=("not_modulo", "leaves another remainder"),
    kinds=KINDS,
    shape=REMAINDER,
    example=Example({"divisor": 4, "remainder": 3}, -1, 4),
)
def modulo(operand: tuple[int, int]) -> Check:
    """Divided by this the number leaves that remainder, which is never negative."""
    divisor, remainder = operand

    def check(value: Any, _facts: Facts) -> Truth:
        if type(value) is int or type(value) is float:
            return value % divisor == remainder
        return None

    return check
