"""The edge of a model: JSON and Python become values of FEEL, and those become JSON again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from rules.feel.functions import written
from rules.feel.values import DIGITS, Months, finite

DEEPEST = 16
MOST_ITEMS = 10_000


def inward(raw: object, depth: int = 1) -> object:
    """Return a value of Python or JSON as one of FEEL; what has no counterpart is null.

    >>> inward(0.1), inward([1, True]), inward(float("nan")) is None
    (Decimal('0.1'), (Decimal('1'), True), True)
    """
    if isinstance(raw, bool | str | timedelta | date | time | Months) or raw is None:
        return raw
    if isinstance(raw, int | float | Decimal):
        return finite(DIGITS.create_decimal(repr(raw) if isinstance(raw, float) else raw))
    if depth > DEEPEST or not isinstance(raw, list | tuple | Mapping) or len(raw) > MOST_ITEMS:
        return None
    if isinstance(raw, Mapping):
        return {str(key): inward(value, depth + 1) for key, value in raw.items()}
    return tuple(inward(item, depth + 1) for item in raw)


def outward(value: object) -> object:
    """Return a value of FEEL as JSON.

    Whole numbers are ``int``, others the nearest ``float``; dates, times and durations are text
    of ISO 8601.

    >>> outward(Decimal("1.50")), outward((Decimal(2),)), outward(date(2026, 1, 1))
    (1.5, [2], '2026-01-01')
    """
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, tuple):
        return [outward(item) for item in value]
    if isinstance(value, dict):
        return {name: outward(item) for name, item in value.items()}
    if isinstance(value, datetime | date | time | timedelta | Months):
        return written(value)
    return value if isinstance(value, bool | str) else None
