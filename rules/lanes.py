"""Lanes of a calendar: what stands beside what, which appointments clash, when clocks change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rules import zones
from rules.conditions import MICROSECONDS

_HOUR = 3_600 * MICROSECONDS
ENDLESS = 1 << 62
"""The end of what has none."""


class Turn(NamedTuple):
    """Clocks change: from this instant on they show ``after`` where they would show ``before``."""

    at: int
    before: datetime
    after: datetime

    @property
    def skips(self) -> bool:
        """Whether wall times are skipped; else some are shown twice."""
        return self.after > self.before


def days(first: datetime, count: int, zone: ZoneInfo) -> list[int]:
    """Return the instants at which so many days begin, and at which the last one ends.

    A day is from midnight to midnight of the zone's clocks, 23 or 25 hours where they change.

    >>> starts = days(datetime(2026, 3, 29), 1, ZoneInfo("Europe/Berlin"))
    >>> (starts[1] - starts[0]) // 3_600_000_000
    23
    """
    return [zones.instant(first + timedelta(days=n), zone) for n in range(count + 1)]


def turns(start: int, until: int, zone: ZoneInfo) -> list[Turn]:
    """Return when the zone's clocks change between two instants, to the second.

    >>> [one] = turns(1_774_700_000_000_000, 1_774_800_000_000_000, ZoneInfo("Europe/Berlin"))
    >>> str(one.before), str(one.after), one.skips
    ('2026-03-29 02:00:00', '2026-03-29 03:00:00', True)
    """
    found, at = [], start
    while at < until:
        end = min(at + _HOUR, until)
        if _offset(at, zone) != _offset(end, zone):
            low, high = at // MICROSECONDS, end // MICROSECONDS
            while high - low > 1:
                middle = (low + high) // 2
                same = _offset(middle * MICROSECONDS, zone) == _offset(at, zone)
                low, high = (middle, high) if same else (low, middle)
            instant = high * MICROSECONDS
            shown = zones.local(instant, zone).replace(tzinfo=None, fold=0)
            change = _offset(instant, zone) - _offset(at, zone)
            found.append(Turn(instant, shown - change, shown))
        at = end
    return found


def tracks(spans: Sequence[tuple[int, int]]) -> list[int]:
    """Return a track for each span, so that none overlaps another: as few tracks as can be.

    A span is its first and its last place, both included. The spans come by their first place.

    >>> tracks([(0, 2), (1, 1), (2, 3), (3, 3)])
    [0, 1, 1, 0]
    """
    ends: list[int] = []
    found = []
    for first, last in spans:
        free = next((track for track, end in enumerate(ends) if end < first), len(ends))
        if free == len(ends):
            ends.append(last)
        else:
            ends[free] = last
        found.append(free)
    return found


class Window(NamedTuple):
    """From when until when something is; without an end until ``ENDLESS``."""

    name: str
    start: int
    until: int


def holding(at: int, windows: Sequence[Window]) -> Window | None:
    """Return the window an instant lies in, the one that lasts longest; its end is not in it.

    >>> holding(5, [Window("a", 0, 5), Window("b", 5, 9)]).name
    'b'
    """
    inside = [one for one in windows if one.start <= at < one.until]
    return max(inside, key=lambda one: one.until, default=None)


def _offset(instant: int, zone: ZoneInfo) -> timedelta:
    return zones.local(instant, zone).utcoffset() or timedelta()
