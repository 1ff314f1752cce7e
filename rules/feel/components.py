"""What a date, a time or a duration has by name: its year, its hours, its offset."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from rules.feel.values import kind

_YEAR = 12
_DAY = 86_400
_Part = Callable[[Any], object]


def _zone(at: Any) -> str | None:
    zone: str | None = getattr(at.tzinfo, "key", None)
    return zone


_OF_DATES: Mapping[str, _Part] = {
    "year": lambda at: at.year,
    "month": lambda at: at.month,
    "day": lambda at: at.day,
    "weekday": lambda at: at.isoweekday(),
}
_OF_TIMES: Mapping[str, _Part] = {
    "hour": lambda at: at.hour,
    "minute": lambda at: at.minute,
    "second": lambda at: at.second,
    "time offset": lambda at: None if _zone(at) else at.utcoffset(),
    "timezone": _zone,
}
_PARTS: Mapping[str, Mapping[str, _Part]] = {
    "date": _OF_DATES,
    "time": _OF_TIMES,
    "date and time": {**_OF_DATES, **_OF_TIMES},
    "years and months duration": {
        "years": lambda length: _signed(length.months, lambda months: months // _YEAR),
        "months": lambda length: _signed(length.months, lambda months: months % _YEAR),
    },
    "days and time duration": {
        "days": lambda length: _seconds(length, lambda left: left // _DAY),
        "hours": lambda length: _seconds(length, lambda left: left % _DAY // 3_600),
        "minutes": lambda length: _seconds(length, lambda left: left % 3_600 // 60),
        "seconds": lambda length: _seconds(length, lambda left: left % 60),
    },
}
"""The parts of every kind (DMN 1.5, table 65)."""


def component(value: object, name: str) -> object:
    """Return what a context, a date, a time or a duration has by a name, or null.

    >>> from rules.feel.values import Months
    >>> component({"rate": 1}, "rate"), component(Months(14), "months"), component("a", "year")
    (1, Decimal('2'), None)
    """
    if isinstance(value, dict):
        return value.get(name)
    way = _PARTS.get(kind(value), {}).get(name)
    part = way(value) if way else None
    return Decimal(part) if isinstance(part, int) else part


def _signed(size: int, way: Callable[[int], int]) -> int:
    return -way(-size) if size < 0 else way(size)


def _seconds(length: timedelta, way: Callable[[int], int]) -> int:
    whole = abs(length) // timedelta(seconds=1)
    return -way(whole) if length < timedelta() else way(whole)
