"""Durations as people write them (90s, 24h, 7d, PT15M) and as we count them: microseconds."""

from __future__ import annotations

import re

from rules.conditions import MICROSECONDS
from rules.errors import InvalidError

MINUTE = 60 * MICROSECONDS
HOUR = 60 * MINUTE
DAY = 24 * HOUR
LONGEST = 36_525 * DAY
"""A century: longer ones are a slip of the pen, and sums of instants stay in 64 bits."""

_UNITS = {"s": MICROSECONDS, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_SHORT = re.compile(r"(\d{1,10})([smhdw])", re.ASCII)
_ISO = re.compile(
    r"P(?=.)(?:(?P<w>\d{1,6})W)?(?:(?P<d>\d{1,6})D)?"
    r"(?:T(?=.)(?:(?P<h>\d{1,7})H)?(?:(?P<m>\d{1,9})M)?(?:(?P<s>\d{1,10})(?:\.(?P<f>\d{1,6}))?S)?)?",
    re.ASCII,
)
_UNNAMED = (re.sub(r"\?P<.>", "", each.pattern) for each in (_SHORT, _ISO))
PATTERN = f"^({'|'.join(_UNNAMED)})$".replace(r"\d", "[0-9]")
"""What ``parse`` reads, as JSON Schema says it."""
_EXPECTED = "expected a duration like 90s, 15m, 24h, 7d or PT15M"


def parse(text: object, at: str = "") -> int:
    """Return the microseconds of a duration; ``InvalidError`` for what is none, or is not positive.

    ISO 8601 durations (ISO 8601-1:2019, 5.5.2) are read without years and months, whose length
    depends on the calendar.

    >>> parse("24h") == parse("P1D") == 86_400_000_000
    True
    """
    short = _SHORT.fullmatch(text) if isinstance(text, str) else None
    long = _ISO.fullmatch(text) if isinstance(text, str) and not short else None
    if short:
        length = int(short[1]) * _UNITS[short[2]]
    elif long:
        length = sum(int(long[unit] or 0) * size for unit, size in _UNITS.items())
        length += int((long["f"] or "").ljust(6, "0"))
    else:
        raise InvalidError(at, "duration", _EXPECTED)
    if not 0 < length <= LONGEST:
        raise InvalidError(at, "duration", f"{_EXPECTED}, more than nothing and at most a century")
    return length


def text(length: int) -> str:
    """Return the shortest way to write a length in microseconds; ``parse`` reads it back.

    >>> text(86_400_000_000), text(7 * 86_400_000_000), text(1_500_000)
    ('24h', '7d', 'PT1.5S')
    """
    if length % DAY == 0 and length > DAY:
        return f"{length // DAY}d"
    for unit in "hms":
        if length % _UNITS[unit] == 0:
            return f"{length // _UNITS[unit]}{unit}"
    seconds, fraction = divmod(length, MICROSECONDS)
    return f"PT{seconds}.{fraction:06d}".rstrip("0") + "S"
