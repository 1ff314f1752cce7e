"""Dates and times of FEEL from text, and all moments and durations back to it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from rules import zones
from rules.feel import lengths
from rules.feel.values import Months

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|z|[+-]\d\d:\d\d(?::\d\d)?|@[\w/+-]{1,64})?", re.ASCII
)
_FRACTION = re.compile(r"\.\d{6}")
_MICRO = 6


def day(text: str) -> date | None:
    """Return the date of ISO 8601 text, or null.

    >>> day("2026-02-28"), day("2026-02-30")
    (datetime.date(2026, 2, 28), None)
    """
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def clock(text: str) -> time | None:
    """Return the time of day, with its offset or zone where the text says one, or null.

    >>> clock("08:30:00Z"), clock("8:30") is None
    (datetime.time(8, 30, tzinfo=datetime.timezone.utc), True)
    """
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, minute, second = (int(part) for part in found.groups()[:3])
    micro = int((found[4] or "").ljust(_MICRO, "0")[:_MICRO])
    try:
        return time(hour, minute, second, micro, _zone(found[5]))
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """Return the date and time of ISO 8601 text, or null; a date alone is its midnight.

    >>> moment("2026-01-01T08:00:00"), moment("2026-01-01") == moment("2026-01-01T00:00:00")
    (datetime.datetime(2026, 1, 1, 8, 0), True)
    """
    first, sign, rest = text.partition("T")
    found, at = day(first), clock(rest) if sign else time()
    return datetime.combine(found, at) if found and at else None


def text(value: object) -> str:
    """Return a date, time or duration as FEEL's ``string()`` writes it.

    >>> text(date(2026, 1, 1)), text(Months(14)), text(timedelta(days=1, hours=2))
    ('2026-01-01', 'P1Y2M', 'P1DT2H')
    """
    if isinstance(value, Months | timedelta):
        return lengths.text(value)
    assert isinstance(value, date | time)
    zone = getattr(getattr(value, "tzinfo", None), "key", None)
    if zone and isinstance(value, time | datetime):
        return f"{_shortened(value.replace(tzinfo=None).isoformat())}@{zone}"
    return _shortened(value.isoformat()).replace("+00:00", "Z")


def months(since: date, until: date) -> int:
    """Return the whole months from a date to another, fewer than none backwards.

    >>> months(date(2026, 1, 31), date(2026, 3, 30)), months(date(2026, 3, 1), date(2026, 1, 2))
    (1, -1)
    """
    if until < since:
        return -months(until, since)
    whole = (until.year - since.year) * 12 + until.month - since.month
    return whole - (_in_month(until) < _in_month(since))


def _in_month(at: date) -> tuple[int, time]:
    return at.day, at.time() if isinstance(at, datetime) else time()


def _shortened(said: str) -> str:
    """Return the text without noughts at the end of a fraction of a second."""
    return _FRACTION.sub(lambda found: found[0].rstrip("0").rstrip("."), said)


def _zone(said: str | None) -> timezone | None:
    if not said:
        return None
    if said in "Zz":
        return UTC
    if said[0] == "@":
        found = zones.zone(said[1:])
        if found is None:
            raise ValueError(said)
        return found  # type: ignore[return-value]
    hours, minutes, *seconds = map(int, said[1:].split(":"))
    gap = timedelta(hours=hours, minutes=minutes, seconds=sum(seconds))
    return timezone(-gap if said[0] == "-" else gap)
