"""Days and periods of the calendar: the shapes that name them, and which day an instant is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules import expect, zones
from rules.durations import DAY
from rules.errors import InvalidError
from rules.operators.described import record_of
from rules.operators.shapes import Shape, keyed

UNITS = ("day", "week", "month", "quarter", "year")
WHICH: Mapping[str, int] = {"last": -1, "this": 0, "next": 1}
LONGEST = 365
_WEEK, _QUARTER, _YEAR = 7, 3, 12
_LEAP = (2, 29)


def day(instant: int, zone: ZoneInfo, *, dated: bool = False) -> date:
    """Return the day the zone's calendar shows at an instant in microseconds UTC.

    ``dated``: midnight UTC stands for a date without a time of day, the same in every zone.
    ``ValueError`` or ``OverflowError`` for an instant that no calendar shows.

    >>> zone = ZoneInfo("America/New_York")
    >>> str(day(0, zone)), str(day(0, zone, dated=True))
    ('1969-12-31', '1970-01-01')
    """
    if dated and instant % DAY == 0:
        return date(1970, 1, 1) + timedelta(days=instant // DAY)
    return zones.local(instant, zone).date()


def start(of: date, zone: ZoneInfo) -> int:
    """Return the instant (microseconds UTC) at which a day begins in a zone.

    >>> start(date(1970, 1, 2), ZoneInfo("UTC")) == DAY
    True
    """
    return zones.instant(datetime.combine(of, time()), zone)


def number(of: date, unit: str) -> int:
    """Return the number of the period a day lies in; the next period's is one more.

    Weeks begin on Monday (ISO 8601).

    >>> number(date(2026, 1, 4), "week") + 1 == number(date(2026, 1, 5), "week")
    True
    """
    if unit == "day":
        return of.toordinal()
    if unit == "week":
        return (of.toordinal() - 1) // _WEEK
    months = of.year * _YEAR + of.month - 1
    return months // {"month": 1, "quarter": _QUARTER, "year": _YEAR}[unit]


def first(period: int, unit: str) -> date:
    """Return the first day of the period with this number.

    >>> first(number(date(2026, 5, 17), "quarter"), "quarter")
    datetime.date(2026, 4, 1)
    """
    if unit == "day":
        return date.fromordinal(period)
    if unit == "week":
        return date.fromordinal(period * _WEEK + 1)
    year, month = divmod(period * {"month": 1, "quarter": _QUARTER, "year": _YEAR}[unit], _YEAR)
    return date(year, month + 1, 1)


def anniversary(of: date, year: int) -> date:
    """Return the day a year keeps a date on: 29 February on the 28th where there is none.

    >>> anniversary(date(2024, 2, 29), 2026)
    datetime.date(2026, 2, 28)
    """
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return of.replace(year=year, day=of.day if leap or (of.month, of.day) != _LEAP else 28)


def _zone(said: Mapping[str, object], at: str) -> str:
    return zones.name(said.get("zone", zones.VISITOR), f"{at}/zone")


def _period(raw: object, at: str) -> tuple[str, str, str]:
    said = expect.record(raw, at, ("which", "unit"), ("zone",))
    which = expect.one_of(said["which"], f"{at}/which", tuple(WHICH))
    return which, expect.one_of(said["unit"], f"{at}/unit", UNITS), _zone(said, at)


def _within(raw: object, at: str) -> tuple[int, str]:
    said = expect.record(raw, at, (), ("within_days", "zone"))
    return expect.whole(said.get("within_days", 0), f"{at}/within_days", 0, LONGEST), _zone(
        said, at
    )


def _dates(raw: object, at: str) -> tuple[str, str, str]:
    ends = ("date",) if isinstance(raw, dict) and "date" in raw else ("from", "until")
    said = expect.record(raw, at, ends, ("zone",))
    earliest, latest = (_date(said[key], f"{at}/{key}") for key in (ends[0], ends[-1]))
    if earliest > latest:
        raise InvalidError(f"{at}/until", "order", "expected a date that is not before from")
    return earliest, latest, _zone(said, at)


def _date(raw: object, at: str) -> str:
    said = expect.text(raw, at, 10)
    try:
        found = date.fromisoformat(said).isoformat()
    except ValueError:
        found = ""
    if found != said:
        raise InvalidError(at, "date", "expected a date like 2026-12-24")
    return said


def _write_dates(value: object) -> object:
    assert isinstance(value, tuple)
    earliest, latest, zone = value
    ends = {"date": earliest} if earliest == latest else {"from": earliest, "until": latest}
    return {**ends, "zone": zone}


_TEXT = {"type": "string", "minLength": 1, "maxLength": 64}
_DATE = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_DAYS = {"type": "integer", "minimum": 0, "maximum": LONGEST}
PERIOD = Shape(
    "period",
    record_of(["which", "unit"], which={"enum": [*WHICH]}, unit={"enum": [*UNITS]}, zone=_TEXT),
    _period,
    keyed("which", "unit", "zone"),
)
YEARLY = Shape(
    "yearly", record_of([], within_days=_DAYS, zone=_TEXT), _within, keyed("within_days", "zone")
)
DATES = Shape(
    "dates",
    {
        "oneOf": [
            record_of(["date"], date=_DATE, zone=_TEXT),
            record_of(["from", "until"], **{"from": _DATE, "until": _DATE, "zone": _TEXT}),
        ]
    },
    _dates,
    _write_dates,
)
