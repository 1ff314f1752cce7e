"""Instants: before and after a fixed one, and near the present one."""

from __future__ import annotations

from typing import Any

from rules.durations import DAY
from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import DURATION, INSTANT

KINDS = ("datetime",)
NUMBERS = (int, float)
"""An instant is a place on the line of numbers, whatever its JSON made of it."""


@operator(
    "before",
    "is before",
    negation=("not_before", "is not before"),
    kinds=KINDS,
    shape=INSTANT,
    index="points",
    example=Example("1970-01-02T00:00:00Z", DAY - 1, DAY),
)
def before(operand: int) -> Check:
    """The instant is earlier than this one."""

    def check(value: Any, _facts: Facts) -> Truth:
        return value < operand if type(value) in NUMBERS else None

    return check


@operator(
    "after",
    "is after",
    negation=("not_after", "is not after"),
    kinds=KINDS,
    shape=INSTANT,
    index="points",
    example=Example("1970-01-02T00:00:00Z", DAY + 1, DAY),
)
def after(operand: int) -> Check:
    """The instant is later than this one."""

    def check(value: Any, _facts: Facts) -> Truth:
        return value > operand if type(value) in NUMBERS else None

    return check


@operator(
    "within_last",
    "is within the last",
    negation=("not_within_last", "is not within the last"),
    kinds=KINDS,
    shape=DURATION,
    turns=lambda length, value, _now: (value, value + length),
    example=Example("24h", 1 - DAY, -DAY),
)
def within_last(operand: int) -> Check:
    """The instant lies in the past by less than this, or is now."""

    def check(value: Any, facts: Facts) -> Truth:
        return facts.now - operand < value <= facts.now if type(value) in NUMBERS else None

    return check


@operator(
    "older_than",
    "is longer ago than",
    negation=("not_older_than", "is not longer ago than"),
    kinds=KINDS,
    shape=DURATION,
    turns=lambda length, value, _now: (value + length,),
    example=Example("24h", -DAY, 1 - DAY),
)
def older_than(operand: int) -> Check:
    """The instant lies in the past by this or more."""

    def check(value: Any, facts: Facts) -> Truth:
        return value <= facts.now - operand if type(value) in NUMBERS else None

    return check


@operator(
    "within_next",
    "is within the next",
    negation=("not_within_next", "is not within the next"),
    kinds=KINDS,
    shape=DURATION,
    turns=lambda length, value, _now: (value - length, value),
    example=Example("24h", DAY, DAY + 1),
)
def within_next(operand: int) -> Check:
    """The instant lies in the future by this or less."""

    def check(value: Any, facts: Facts) -> Truth:
        return facts.now < value <= facts.now + operand if type(value) in NUMBERS else None

    return check


@operator(
    "further_than",
    "is further ahead than",
    negation=("not_further_than", "is not further ahead than"),
    kinds=KINDS,
    shape=DURATION,
    turns=lambda length, value, _now: (value - length,),
    example=Example("24h", DAY + 1, DAY),
)
def further_than(operand: int) -> Check:
    """The instant lies in the future by more than this."""

    def check(value: Any, facts: Facts) -> Truth:
        return value > facts.now + operand if type(value) in NUMBERS else None

    return check
