"""Arithmetic of FEEL on numbers, strings, dates and durations; what has no meaning is null."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.feel.values import DIGITS, Months, finite, kind

LONGEST_TEXT = 65_536
"""A longer text than this is null: joining doubles what it is given."""

_NUMBER, _TEXT = "number", "string"
_DAYS, _MONTHS = "days and time duration", "years and months duration"
_DATE, _CLOCK, _MOMENT = "date", "time", "date and time"
_YEAR = 12
_MICRO = timedelta(microseconds=1)


def calculated(sign: str, left: object, right: object) -> object:
    """Return what ``+ - * / **`` makes of two values (DMN 1.5, tables 55 to 58), or null.

    >>> calculated("/", Decimal(1), Decimal(8)), calculated("/", Decimal(1), Decimal(0)) is None
    (Decimal('0.125'), True)
    """
    way = _WAYS.get((sign, kind(left), kind(right)))
    try:
        return None if way is None else way(left, right)
    except (OverflowError, ValueError, ZeroDivisionError, TypeError):
        return None


def negative(value: object) -> object:
    """Return a number or duration with the other sign, or null.

    >>> negative(Decimal(5)), negative("a") is None
    (Decimal('-5'), True)
    """
    if isinstance(value, Months):
        return Months(-value.months)
    if isinstance(value, Decimal):
        return DIGITS.minus(value)
    return -value if isinstance(value, timedelta) else None


def _joined(left: str, right: str) -> str | None:
    return left + right if len(left) + len(right) <= LONGEST_TEXT else None


def _numbers(work: Callable[[Decimal, Decimal], Decimal]) -> Callable[[Any, Any], object]:
    return lambda left, right: finite(work(left, right))


def _later(start: date, gap: Months) -> date:
    """Move by months; the day of a shorter month is its last."""
    years, month = divmod(start.month - 1 + gap.months, _YEAR)
    year = start.year + years
    last = monthrange(year, month + 1)[1]
    return start.replace(year=year, month=month + 1, day=min(start.day, last))


def _turned(at: time, gap: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 2), at) + gap % timedelta(days=1)).timetz()


def _times(length: timedelta, factor: Decimal) -> timedelta | None:
    micros = finite(DIGITS.multiply(Decimal(length // _MICRO), factor))
    return None if micros is None else timedelta(microseconds=int(micros))


def _shared(length: timedelta, divisor: Decimal) -> timedelta | None:
    micros = finite(DIGITS.divide(Decimal(length // _MICRO), divisor))
    return None if micros is None else timedelta(microseconds=int(micros))


def _months(months: Decimal | None) -> Months | None:
    return None if months is None else Months(int(months))


def _ratio(left: int, right: int) -> Decimal | None:
    return finite(DIGITS.divide(Decimal(left), Decimal(right)))


_WAYS: Mapping[tuple[str, str, str], Callable[[Any, Any], object]] = {
    ("+", _NUMBER, _NUMBER): _numbers(DIGITS.add),
    ("-", _NUMBER, _NUMBER): _numbers(DIGITS.subtract),
    ("*", _NUMBER, _NUMBER): _numbers(DIGITS.multiply),
    ("/", _NUMBER, _NUMBER): _numbers(DIGITS.divide),
    ("**", _NUMBER, _NUMBER): _numbers(DIGITS.power),
    ("+", _TEXT, _TEXT): _joined,
    **{("-", at, at): lambda a, b: a - b for at in (_DATE, _MOMENT, _DAYS)},
    **{("+", at, _DAYS): lambda a, b: a + b for at in (_DATE, _MOMENT, _DAYS)},
    **{("-", at, _DAYS): lambda a, b: a - b for at in (_DATE, _MOMENT)},
    **{("+", _DAYS, at): lambda a, b: b + a for at in (_DATE, _MOMENT)},
    **{("+", at, _MONTHS): _later for at in (_DATE, _MOMENT)},
    **{("+", _MONTHS, at): lambda a, b: _later(b, a) for at in (_DATE, _MOMENT)},
    **{("-", at, _MONTHS): lambda a, b: _later(a, Months(-b.months)) for at in (_DATE, _MOMENT)},
    ("+", _CLOCK, _DAYS): _turned,
    ("+", _DAYS, _CLOCK): lambda gap, at: _turned(at, gap),
    ("-", _CLOCK, _DAYS): lambda at, gap: _turned(at, -gap),
    ("-", _CLOCK, _CLOCK): lambda a, b: (
        datetime.combine(date(2000, 1, 1), a) - datetime.combine(date(2000, 1, 1), b)
    ),
    ("+", _MONTHS, _MONTHS): lambda a, b: Months(a.months + b.months),
    ("-", _MONTHS, _MONTHS): lambda a, b: Months(a.months - b.months),
    ("*", _MONTHS, _NUMBER): lambda a, n: _months(finite(DIGITS.multiply(a.months, n))),
    ("*", _NUMBER, _MONTHS): lambda n, a: _months(finite(DIGITS.multiply(a.months, n))),
    ("/", _MONTHS, _NUMBER): lambda a, n: _months(finite(DIGITS.divide(a.months, n))),
    ("/", _MONTHS, _MONTHS): lambda a, b: _ratio(a.months, b.months),
    ("*", _DAYS, _NUMBER): _times,
    ("*", _NUMBER, _DAYS): lambda n, length: _times(length, n),
    ("/", _DAYS, _NUMBER): _shared,
    ("/", _DAYS, _DAYS): lambda a, b: _ratio(a // _MICRO, b // _MICRO),
}
