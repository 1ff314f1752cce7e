"""An appointment: the instant that a wall time in a named zone means, refused where unclear."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rules import zones
from rules.conditions import MICROSECONDS
from rules.errors import InvalidError

EARLIER, LATER = "earlier", "later"
"""Which of the two is meant where the clocks show a time twice."""
_WALL = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?")
_SECOND = timedelta(seconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(wall: str, zone: str, which: str = "", at: str = "") -> int:
    """Return the microseconds UTC at which the clocks of an IANA zone show a wall time.

    ``which`` is ``earlier`` or ``later`` where they show it twice, else it is not looked at. Raises
    ``InvalidError`` with the code ``gap`` for a time that is skipped (the next valid one is named),
    ``twice`` for one that is shown twice while ``which`` says nothing. Source: PEP 495.

    >>> instant("2026-03-29T09:00", "Europe/Berlin") // 1_000_000
    1774767600
    >>> instant("2026-03-29T02:30", "Europe/Berlin")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    rules.errors.InvalidError: /at: expected a time that exists; ... 2026-03-29T03:00 (UTC+02:00)
    """
    clocks = zones.zone(zone) if zone not in zones.PATHS else None
    if clocks is None:
        raise InvalidError(f"{at}/zone", "zone", "expected a zone like Europe/Berlin")
    local = _read(wall, at)
    first, second = (_utc(local, clocks, fold) for fold in (0, 1))
    if _local(first, clocks) != local:
        raise InvalidError(f"{at}/at", "gap", _skipped(first, second, clocks, zone))
    if first == second:
        return _micros(first)
    if which not in {EARLIER, LATER}:
        raise InvalidError(f"{at}/which", "twice", _twice(local, clocks, zone))
    return _micros(first if which == EARLIER else second)


def said(instant: int, zone: str) -> str:
    """Return an instant as the zone's clocks show it, with its offset and the zone's name.

    >>> said(1_774_767_600_000_000, "Europe/Berlin")
    '2026-03-29 09:00 (Europe/Berlin, UTC+02:00)'
    >>> said(1_774_767_600_000_000, "UTC")
    '2026-03-29 07:00 UTC'
    """
    clocks = zones.zone(zone) or ZoneInfo("UTC")
    shown = zones.local(instant, clocks)
    named = f"({clocks.key}, {_offset(shown)})" if clocks.key != "UTC" else "UTC"
    form = "%Y-%m-%d %H:%M:%S" if shown.second else "%Y-%m-%d %H:%M"
    return f"{shown.strftime(form)} {named}"


def wall(instant: int, zone: str) -> str:
    """Return an instant as a wall time of the zone, as ``instant`` reads it.

    >>> wall(1_774_767_600_000_000, "Europe/Berlin")
    '2026-03-29T09:00:00'
    """
    clocks = zones.zone(zone) or ZoneInfo("UTC")
    return zones.local(instant, clocks).replace(tzinfo=None).isoformat()


def _read(wall: str, at: str) -> datetime:
    if _WALL.fullmatch(wall):
        try:
            local = datetime.fromisoformat(wall)
        except ValueError:
            local = None
        if local is not None and MINYEAR < local.year < MAXYEAR:
            return local
    expected = "expected a wall time like 2026-12-01T08:00, without offset"
    raise InvalidError(f"{at}/at", "time", expected)


def _utc(local: datetime, clocks: ZoneInfo, fold: int) -> datetime:
    return local.replace(tzinfo=clocks, fold=fold).astimezone(UTC)


def _local(moment: datetime, clocks: ZoneInfo) -> datetime:
    return moment.astimezone(clocks).replace(tzinfo=None, fold=0)


def _micros(moment: datetime) -> int:
    gap = moment - _EPOCH
    return (gap.days * 86_400 + gap.seconds) * MICROSECONDS


def _skipped(late: datetime, early: datetime, clocks: ZoneInfo, zone: str) -> str:
    """Say which time is the next: the clocks jump somewhere between the two readings."""
    low, high = early, late
    before = low.astimezone(clocks).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // 2 // _SECOND * _SECOND
        low, high = (middle, high) if _offset_at(middle, clocks) == before else (low, middle)
    shown = high.astimezone(clocks)
    named = f"{shown.strftime('%Y-%m-%dT%H:%M')} ({_offset(shown)})"
    return (
        f"expected a time that exists; on this day the clocks of {zone} skip it, "
        f"and the next one is {named}"
    )


def _offset_at(moment: datetime, clocks: ZoneInfo) -> timedelta | None:
    return moment.astimezone(clocks).utcoffset()


def _twice(local: datetime, clocks: ZoneInfo, zone: str) -> str:
    one, two = (_offset(local.replace(tzinfo=clocks, fold=fold)) for fold in (0, 1))
    return f"expected earlier ({one}) or later ({two}): the clocks of {zone} show this time twice"


def _offset(moment: datetime) -> str:
    shown = moment.strftime("%z")
    return f"UTC{shown[:3]}:{shown[3:5]}"
