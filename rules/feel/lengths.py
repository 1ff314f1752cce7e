"""Durations of FEEL, from text and back to it."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from rules.feel.values import Months

_MONTHS = re.compile(r"(-?)P(?=\d)(?:(\d{1,9})Y)?(?:(\d{1,9})M)?", re.ASCII)
_DAYS = re.compile(
    r"(-?)P(?=[\dT])(?:(\d{1,9})D)?"
    r"(?:T(?=\d)(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})(?:\.(\d{1,9}))?S)?)?",
    re.ASCII,
)
_YEAR = 12
_MICRO = 6


def duration(text: str) -> Months | timedelta | None:
    """Return a duration of ISO 8601: years and months, or days and times, or null.

    >>> duration("P1Y2M"), duration("-PT1H30M")
    (Months(months=14), datetime.timedelta(days=-1, seconds=81000))
    """
    if found := _MONTHS.fullmatch(text):
        months = int(found[2] or 0) * _YEAR + int(found[3] or 0)
        return Months(-months if found[1] else months)
    if not (found := _DAYS.fullmatch(text)):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:5])
    micro = int((found[6] or "").ljust(_MICRO, "0")[:_MICRO])
    try:
        length = timedelta(days, seconds, micro, minutes=minutes, hours=hours)
    except OverflowError:
        return None
    return -length if found[1] else length


def text(length: Months | timedelta) -> str:
    """Return a duration as ISO 8601 writes it.

    >>> text(Months(14)), text(timedelta(days=1, hours=2))
    ('P1Y2M', 'P1DT2H')
    """
    return _months_text(length.months) if isinstance(length, Months) else _length_text(length)


def _months_text(months: int) -> str:
    years, rest = divmod(abs(months), _YEAR)
    said = f"{years}Y" * (years > 0) + f"{rest}M" * (rest > 0)
    return f"{'-' * (months < 0)}P{said or '0M'}"


def _length_text(length: timedelta) -> str:
    sign, left = ("-", -length) if length < timedelta() else ("", length)
    hours, rest = divmod(left.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    whole = seconds + Decimal(left.microseconds).scaleb(-_MICRO)
    exact = format(whole.normalize(), "f")
    said = f"{hours}H" * (hours > 0) + f"{minutes}M" * (minutes > 0) + f"{exact}S" * (whole > 0)
    days = f"{left.days}D" * (left.days > 0)
    return f"{sign}P{days}" + (f"T{said}" if said else "" if days else "T0S")
