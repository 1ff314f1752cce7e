"""The values of FEEL in Python, and their kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal

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
