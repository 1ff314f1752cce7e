"""The functions of FEEL that decision tables use: few, closed, and without side effects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from rules.feel import lengths, lists, moments
from rules.feel.arithmetic import negative
from rules.feel.comparing import equal, inverse
from rules.feel.values import DIGITS, Months, finite

_MOST_DIGITS = 6_000
_CLOCK = 3
_GROUPS = (None, " ", ",", ".")
_POINTS = (None, ".", ",")


def applied(name: str, given: tuple[object, ...]) -> object:
    """Return what a function makes of its arguments; null where they are not what it takes.

    ``KeyError`` for a function that is not in ``FUNCTIONS``. Source: DMN 1.5, 10.3.4.

    >>> applied("date", ("2026-01-01",)), applied("floor", (Decimal("1.5"),))
    (datetime.date(2026, 1, 1), Decimal('1'))
    """
    way = FUNCTIONS[name]
    try:
        return way(*given)
    except (TypeError, ValueError, AttributeError, ArithmeticError):
        return None


def written(value: object) -> str | None:
    """Return a value as ``string()`` writes it; null for null and for what has no text.

    >>> written(Decimal("1.50")), written(True), written("a")
    ('1.5', 'true', 'a')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        plain = value.normalize(DIGITS)
        return format(plain, "f") if abs(plain.adjusted()) < _MOST_DIGITS else str(plain)
    if isinstance(value, str):
        return value
    return moments.text(value) if isinstance(value, date | time | timedelta | Months) else None


def _date(*given: Any) -> date | None:
    if len(given) > 1:
        return date(*map(_whole, given))
    if isinstance(given[0], datetime):
        return given[0].date()
    return given[0] if isinstance(given[0], date) else moments.day(given[0])


def _time(*given: Any) -> time | None:
    if len(given) > 1:
        hour, minute, second = map(_whole, given[:3])
        offset = given[3] if len(given) > _CLOCK else None
        return time(hour, minute, second, tzinfo=timezone(offset) if offset is not None else None)
    if isinstance(given[0], datetime):
        return given[0].timetz()
    return given[0] if isinstance(given[0], time) else moments.clock(given[0])


def _moment(*given: Any) -> datetime | None:
    if len(given) > 1:
        return datetime.combine(_date(given[0]) or date.max, given[1])
    return given[0] if isinstance(given[0], datetime) else moments.moment(given[0])


def _whole(value: Any) -> int:
    if not isinstance(value, Decimal) or value != value.to_integral_value():
        raise ValueError(value)
    return int(value)


def _number(value: Any, group: Any = None, point: Any = None) -> Decimal | None:
    if group not in _GROUPS or point not in _POINTS or (group is not None and group == point):
        return None
    value = value.replace(group, "") if group else value
    value = value.replace(point, ".") if point else value
    plain = isinstance(value, str) and value.strip("+-0123456789.eE") == ""
    return finite(DIGITS.create_decimal(value)) if plain else None


def _rounded(rounding: str) -> Callable[..., Decimal | None]:
    def way(value: Any, scale: Any = Decimal(0)) -> Decimal | None:
        places = Context(prec=34, rounding=rounding)
        return finite(value.quantize(Decimal(1).scaleb(-_whole(scale)), context=places))

    return way


def _texts(work: Callable[..., object]) -> Callable[..., object]:
    def way(*given: object) -> object:
        return work(*given) if all(isinstance(each, str) for each in given) else None

    return way


FUNCTIONS: Mapping[str, Callable[..., object]] = {
    "date": _date,
    "time": _time,
    "date and time": _moment,
    "duration": lengths.duration,
    "years and months duration": lambda since, until: Months(moments.months(since, until)),
    "number": _number,
    "string": written,
    "not": inverse,
    "abs": lambda value: negative(value) if value < type(value)() else value,
    "floor": _rounded(ROUND_FLOOR),
    "ceiling": _rounded(ROUND_CEILING),
    "decimal": _rounded(ROUND_HALF_EVEN),
    "modulo": lambda a, b: finite(
        DIGITS.subtract(
            a, DIGITS.multiply(b, DIGITS.divide(a, b).to_integral_value(ROUND_FLOOR, DIGITS))
        )
    ),
    "sqrt": lambda value: finite(DIGITS.sqrt(value)),
    "min": lists.smallest,
    "max": lists.largest,
    "sum": lists.total,
    "mean": lists.mean,
    "count": lambda items: Decimal(len(items)) if isinstance(items, tuple) else None,
    "list contains": lambda items, value: any(equal(item, value) is True for item in items),
    "contains": _texts(lambda text, part: part in text),
    "starts with": _texts(lambda text, part: text.startswith(part)),
    "ends with": _texts(lambda text, part: text.endswith(part)),
    "upper case": _texts(lambda text: text.upper()),
    "lower case": _texts(lambda text: text.lower()),
    "string length": _texts(lambda text: Decimal(len(text))),
}
"""Every function that is read; any other is refused by its name."""
