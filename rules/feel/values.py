"""The values of FEEL in Python: their kinds, when two are equal, and which is the smaller."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

from rules.facts import Truth

DIGITS = Context(prec=34, Emin=-6143, Emax=6144, rounding=ROUND_HALF_EVEN, traps=[])
"""FEEL's numbers are IEEE 754-2008 decimal128 (DMN 1.5, 10.3.2.3.1); nothing raises in here."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    months: int


@dataclass(frozen=True, slots=True)
class Interval:
    """All values between two ends; an end that is ``None`` is open for ever."""

    low: object
    high: object
    low_in: bool = True
    high_in: bool = True


KINDS: Mapping[type, str] = {
    bool: "boolean",
    Decimal: "number",
    str: "string",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    Months: "years and months duration",
    tuple: "list",
    dict: "context",
    Interval: "range",
}
ORDERED = frozenset(KINDS.values()) - {"boolean", "list", "context", "range"}


def kind(value: object) -> str:
    """Return the name of the value's type; null has one of its own.

    >>> kind(Decimal(1)), kind(date(2026, 1, 1)), kind(None)
    ('number', 'date', 'null')
    """
    return KINDS.get(type(value), "null")


def finite(number: Decimal) -> Decimal | None:
    """Return the number, or null where a calculation left what decimal128 holds.

    >>> finite(Decimal("Infinity")) is None
    True
    """
    return number if number.is_finite() else None


def equal(left: object, right: object) -> Truth:
    """Tell whether two values are equal; null for values of two kinds (DMN 1.5, table 53).

    >>> equal(Decimal("1.0"), Decimal(1)), equal(None, "a"), equal("1", Decimal(1)) is None
    (True, False, True)
    """
    if left is None or right is None:
        return left is right
    if type(left) is not type(right):
        return None
    if isinstance(left, tuple) and isinstance(right, tuple):
        same = len(left) == len(right)
        return same and both(*(equal(a, b) for a, b in zip(left, right, strict=True)))
    if isinstance(left, dict) and isinstance(right, dict):
        same = left.keys() == right.keys()
        return same and both(*(equal(left[key], right[key]) for key in left))
    return left == right


def less(left: object, right: object) -> Truth:
    """Tell whether the left value comes before the right one; null where they have no order.

    >>> less(Decimal(1), Decimal(2)), less("a", "b"), less(True, False) is None
    (True, True, True)
    """
    if type(left) is not type(right) or kind(left) not in ORDERED:
        return None
    try:
        return bool(left < right)  # type: ignore[operator]
    except TypeError:  # one of the two has a zone, the other has none
        return None


def both(*truths: Truth) -> Truth:
    """Return false where one is false, else null where one is null, else true.

    >>> both(True, None), both(None, False)
    (None, False)
    """
    if False in truths:
        return False
    return None if None in truths else True


def inverse(truth: object) -> Truth:
    """Return the opposite of a boolean, null for all else.

    >>> inverse(True), inverse(None)
    (False, None)
    """
    return not truth if isinstance(truth, bool) else None


def compared(sign: str, left: object, right: object) -> Truth:
    """Return what ``= != < <= > >=`` says of two values.

    >>> compared(">=", Decimal(2), Decimal(2)), compared("<", None, Decimal(2)) is None
    (True, True)
    """
    if sign == "=":
        return equal(left, right)
    if sign == "!=":
        return inverse(equal(left, right))
    if sign in ("<", ">="):
        below = less(left, right)
        return below if sign == "<" else inverse(below)
    above = less(right, left)
    return above if sign == ">" else inverse(above)


def inside(value: object, interval: Interval) -> Truth:
    """Tell whether the value lies between the ends.

    >>> inside(Decimal(5), Interval(Decimal(1), Decimal(5), True, False))
    False
    """
    low, high = (">=", ">")[not interval.low_in], ("<=", "<")[not interval.high_in]
    return both(
        True if interval.low is None else compared(low, value, interval.low),
        True if interval.high is None else compared(high, value, interval.high),
    )
