"""The last days in a site's zone, and what one person saw on one of them."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from personalization.plant.instants import from_datetime, to_datetime

NOTHING = ""
"""What nobody was shown."""


class Seen(NamedTuple):
    """What one person saw on a day: as it is, and as a draft would have it."""

    day: int
    live: str
    draft: str


class Days:
    """The last days up to an instant, the day of it among them, each from midnight to midnight."""

    def __init__(self, until: int, count: int, zone: ZoneInfo) -> None:
        last = to_datetime(until).astimezone(zone).date()
        self.dates = [last - timedelta(days=back) for back in range(count - 1, -1, -1)]
        self.starts = [from_datetime(_midnight(date, zone)) for date in self.dates]
        self.until = until

    @property
    def since(self) -> int:
        """The first instant."""
        return self.starts[0]

    def of(self, instant: int) -> int:
        """Return the number of the day an instant lies in, -1 before the first."""
        return bisect_right(self.starts, instant) - 1

    def ends(self) -> list[int]:
        """Return the last instant of each day."""
        return [*(start - 1 for start in self.starts[1:]), self.until]


def _midnight(date: Any, zone: ZoneInfo) -> datetime:
    return datetime(date.year, date.month, date.day, tzinfo=zone)
