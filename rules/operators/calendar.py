"""The wall clock: hours and weekdays in the visitor's, the site's or a named zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from rules import zones
from rules.durations import HOUR
from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import HOURS, WEEKDAYS

KINDS = ("datetime",)
_MINUTES = 60


def _reads(operand: tuple[Any, ...]) -> tuple[str, ...]:
    return zones.told_by(operand[-1])


def _on_the_wall(key: str, test: Callable[[datetime], bool]) -> Check:
    read = zones.reading(key)

    def check(value: Any, facts: Facts) -> Truth:
        zone = read(facts.attributes)
        if zone is None or type(value) is not int:
            return None
        try:
            return test(zones.local(value, zone))
        except (ValueError, OverflowError, OSError):
            return None

    return check


@operator(
    "time_of_day",
    "is at the time of day",
    negation=("not_time_of_day", "is not at the time of day"),
    kinds=KINDS,
    shape=HOURS,
    reads=_reads,
    example=Example({"from": "22:00", "until": "06:00", "zone": "UTC"}, 5 * HOUR, 6 * HOUR),
)
def time_of_day(operand: tuple[int, int, str]) -> Check:
    """The clock on the wall shows from or later and not yet until; midnight may lie between."""
    start, end, zone = operand

    def test(wall: datetime) -> bool:
        minute = wall.hour * _MINUTES + wall.minute
        return start <= minute < end if start < end else minute >= start or minute < end

    return _on_the_wall(zone, test)


@operator(
    "weekday",
    "is on the weekday",
    negation=("not_weekday", "is not on the weekday"),
    kinds=KINDS,
    shape=WEEKDAYS,
    reads=_reads,
    example=Example({"days": ["thursday"], "zone": "UTC"}, 0, 24 * HOUR),
)
def weekday(operand: tuple[tuple[int, ...], str]) -> Check:
    """The calendar on the wall shows one of these weekdays."""
    days, zone = operand
    return _on_the_wall(zone, lambda wall: wall.weekday() in days)
