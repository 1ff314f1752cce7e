"""The calendar beside the present day: this month, the same day every year, a fixed date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from rules import zones
from rules.durations import DAY, HOUR
from rules.facts import Facts, Truth
from rules.operators import dates
from rules.operators.registry import Check, Example, operator

KINDS = ("datetime",)
_YEARS = (-1, 0, 1, 2)
"""The years around the present one in which the next day of the year can begin or be over."""


def _reads(operand: tuple[Any, ...]) -> tuple[str, ...]:
    return zones.told_by(operand[-1])


def _by_day(key: str, test: Callable[[date, date], bool], *, dated: bool) -> Check:
    """Bind a test of the value's day and the present one, as the zone's calendar shows them."""
    read = zones.reading(key)

    def check(value: Any, facts: Facts) -> Truth:
        zone = read(facts.attributes)
        if zone is None or type(value) is not int:
            return None
        try:
            return test(dates.day(value, zone, dated=dated), dates.day(facts.now, zone))
        except (ValueError, OverflowError, OSError):
            return None

    return check


def _period_turns(operand: tuple[str, str, str], value: int, _now: int) -> tuple[int, ...]:
    which, unit, key = operand
    zone = zones.zone(key)
    if zone is None:
        return ()
    try:
        present = dates.number(dates.day(value, zone, dated=True), unit) - dates.WHICH[which]
        days = [dates.first(present + more, unit) for more in (0, 1)]
        return tuple(dates.start(day, zone) for day in days)
    except (ValueError, OverflowError, OSError):
        return ()


def _yearly_turns(operand: tuple[int, str], value: int, now: int) -> tuple[int, ...]:
    within, key = operand
    zone = zones.zone(key)
    if zone is None:
        return ()
    try:
        born, today = dates.day(value, zone, dated=True), dates.day(now, zone)
        around = max(today.year, born.year)
        kept = [dates.anniversary(born, around + more) for more in _YEARS]
        days = [day + timedelta(days=more) for day in kept for more in (-within, 1)]
        return tuple(dates.start(day, zone) for day in days)
    except (ValueError, OverflowError, OSError):
        return ()


@operator(
    "this_period",
    "is in the period",
    negation=("not_this_period", "is not in the period"),
    kinds=KINDS,
    shape=dates.PERIOD,
    reads=_reads,
    turns=_period_turns,
    example=Example({"which": "last", "unit": "day", "zone": "UTC"}, -HOUR, HOUR),
)
def this_period(operand: tuple[str, str, str]) -> Check:
    """The day lies in this, the last or the next day, week (from Monday), month, quarter or year.

    A value at midnight UTC is a date without a time of day and is the same date in every zone.
    """
    which, unit, zone = operand
    away = dates.WHICH[which]

    def test(value: date, today: date) -> bool:
        return dates.number(value, unit) - dates.number(today, unit) == away

    return _by_day(zone, test, dated=True)


@operator(
    "anniversary",
    "has its day of the year",
    negation=("not_anniversary", "does not have its day of the year"),
    kinds=KINDS,
    shape=dates.YEARLY,
    reads=_reads,
    turns=_yearly_turns,
    example=Example({"within_days": 7, "zone": "UTC"}, -365 * DAY, -366 * DAY),
)
def anniversary(operand: tuple[int, str]) -> Check:
    """The date returns today, or within so many days, in a later year than its own.

    Years without a 29 February keep it on the 28th. A value at midnight UTC is a date without a
    time of day and is the same date in every zone.
    """
    within, zone = operand

    def test(born: date, today: date) -> bool:
        kept = (dates.anniversary(born, today.year + more) for more in (0, 1))
        return any(0 <= (day - today).days <= within and day.year > born.year for day in kept)

    return _by_day(zone, test, dated=True)


@operator(
    "on_date",
    "is on the date",
    negation=("not_on_date", "is not on the date"),
    kinds=KINDS,
    shape=dates.DATES,
    reads=_reads,
    example=Example({"date": "1970-01-01", "zone": "UTC"}, DAY - 1, DAY),
)
def on_date(operand: tuple[str, str, str]) -> Check:
    """The zone's calendar shows this date, or one from the first to the last, both included."""
    earliest, latest, zone = operand
    first, last = date.fromisoformat(earliest), date.fromisoformat(latest)
    return _by_day(zone, lambda value, _today: first <= value <= last, dated=False)
