"""The types of attributes, and the one place where a value is brought to its type: the edge."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from ipaddress import IPv4Address, IPv6Address, ip_address

from rules.conditions import MICROSECONDS
from rules.errors import InvalidError
from rules.versions import order

SCALE = 10**6
"""Numbers in aggregates of events are whole millionths."""
LARGEST = 10**12
"""The largest number an aggregate takes; its millionths fit in 64 bits, nine of them in a sum."""

_INTEGERS = 2**63
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = -62_135_596_800 * MICROSECONDS, 253_402_300_800 * MICROSECONDS
"""The years 1 to 9999 in UTC: what ISO 8601 and every calendar here can say."""
_DEEPEST = 16
_STEP = Decimal(1).scaleb(-6)
_DEGREES = (90.0, 180.0)
_LEAP = re.compile(
    r"(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:)60((?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?)", re.ASCII
)
_MIDNIGHT = ("T24", "t24", " 24")
"""Some versions of Python read 24:00 as the next day, others do not: here it is no time of day."""
_LONGEST_INSTANT = 64


def scaled(value: float, at: str = "") -> int:
    """Return a number in millionths, half away from zero as SQL's DECIMAL rounds.

    ``InvalidError`` with the code ``out_of_range`` beyond plus or minus 10^12, ``number`` for what
    is not a finite number.

    >>> scaled(0.1), scaled(-3), scaled(2.0000005)
    (100000, -3000000, 2000001)
    """
    if _number(value) is None:
        raise InvalidError(at, "number", "expected a finite number")
    if not -LARGEST <= value <= LARGEST:
        raise InvalidError(at, "out_of_range", "expected a number between -10^12 and 10^12")
    if isinstance(value, int):
        return value * SCALE
    return int(Decimal(repr(value)).quantize(_STEP, ROUND_HALF_UP).scaleb(6))


def unscaled(millionths: int) -> int | float:
    """Return the number of so many millionths: whole where it is whole.

    >>> unscaled(100_000), unscaled(3_000_000)
    (0.1, 3)
    """
    whole, rest = divmod(millionths, SCALE)
    return millionths / SCALE if rest else whole


def canonical(kind: str, raw: object) -> object:
    """Return the value in the canonical form of an attribute type, or ``None``: unknown.

    string: str, as it came, not normalised · number: int of 64 bits or finite float · boolean: bool
    · datetime: int microseconds UTC of the years 1 to 9999 (from ISO 8601; without an offset it is
    UTC; a leap second is the second after it, as in POSIX) · list: tuple of strings, numbers,
    booleans · version: str of SemVer 2.0 · ip: str, compressed (RFC 5952), IPv4 where it is mapped
    · location: (latitude, longitude) in degrees. ``KeyError`` for a type that does not exist.

    >>> canonical("number", "5") is None, canonical("datetime", "1970-01-01T00:00:01Z")
    (True, 1000000)
    """
    return None if raw is None else _FORMS[kind](raw)


def kind_of(raw: object) -> str | None:
    """Return the type a raw JSON value suggests, for a catalogue that learns; ``None`` for no idea.

    >>> kind_of(True), kind_of(3), kind_of("2026-01-01T00:00:00Z"), kind_of("pro"), kind_of(None)
    ('boolean', 'number', 'datetime', 'string', None)
    """
    if isinstance(raw, str):
        return "datetime" if "T" in raw and _instant(raw) is not None else "string"
    guesses = ("boolean", "number", "list", "location")
    return next((kind for kind in guesses if _FORMS[kind](raw) is not None), None)


def scalar(raw: object) -> str | bool | int | float | None:
    """Return a string, boolean or finite number in canonical form, else ``None``.

    >>> scalar(2.0), scalar(True), scalar(float("nan"))
    (2, True, None)
    """
    return raw if isinstance(raw, str | bool) else _number(raw)


def address(text: str) -> IPv4Address | IPv6Address | None:
    """Return the IP address a text says, or ``None``: version 4 where it is mapped into version 6.

    One with a zone (``fe80::1%eth0``) means nothing outside its machine and is none.

    >>> str(address("::ffff:10.0.0.1")), address("10.0.0")
    ('10.0.0.1', None)
    """
    try:
        found = ip_address(text)
    except ValueError:
        return None
    if isinstance(found, IPv4Address):
        return found
    return None if found.scope_id else found.ipv4_mapped or found


def flat(prefix: str, tree: Mapping[str, object]) -> dict[str, object]:
    """Return a nested JSON object as dotted paths, leaves only; lists are leaves.

    What is nested deeper than 16 levels is passed over.

    >>> sorted(flat("context", {"page": {"path": "/a"}, "tags": ["x"]}).items())
    [('context.page.path', '/a'), ('context.tags', ['x'])]
    """
    paths: dict[str, object] = {}
    stack: list[tuple[str, object, int]] = [(prefix, tree, 0)]
    while stack:
        path, node, depth = stack.pop()
        if not isinstance(node, Mapping):
            paths[path] = node
        elif depth < _DEEPEST:
            stack.extend((f"{path}.{key}", value, depth + 1) for key, value in node.items())
    return paths


def instant_text(instant: int) -> str:
    """Return microseconds UTC as ISO 8601; ``canonical("datetime", ...)`` reads it back.

    >>> instant_text(1_000_000)
    '1970-01-01T00:00:01Z'
    """
    seconds, rest = divmod(instant, MICROSECONDS)
    moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest)
    return moment.isoformat().replace("+00:00", "Z")


def _string(raw: object) -> str | None:
    return raw if isinstance(raw, str) else None


def _boolean(raw: object) -> bool | None:
    return raw if isinstance(raw, bool) else None


def _number(raw: object) -> int | float | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    if isinstance(raw, int):
        return raw if -_INTEGERS <= raw < _INTEGERS else None
    if not math.isfinite(raw):
        return None
    return int(raw) if raw.is_integer() and -_INTEGERS <= raw < _INTEGERS else raw


def _instant(raw: object) -> int | None:
    instant = raw if type(raw) is int else _read(raw) if isinstance(raw, str) else None
    return instant if instant is not None and _FIRST <= instant < _LAST else None


def _read(text: str) -> int | None:
    leap = _LEAP.fullmatch(text)
    if len(text) > _LONGEST_INSTANT or any(late in text for late in _MIDNIGHT):
        return None
    try:
        moment = datetime.fromisoformat(f"{leap[1]}59{leap[2]}" if leap else text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    gap = moment - _EPOCH
    instant = (gap.days * 86_400 + gap.seconds) * MICROSECONDS + gap.microseconds
    if not leap:
        return instant
    ends_a_month = (moment.astimezone(UTC) + timedelta(seconds=1)).day == 1
    return instant + MICROSECONDS if ends_a_month else None


def _list(raw: object) -> tuple[object, ...] | None:
    if not isinstance(raw, list | tuple):
        return None
    items = (scalar(item) for item in raw)
    return tuple(item for item in items if item is not None)


def _version(raw: object) -> str | None:
    return raw if isinstance(raw, str) and order(raw) is not None else None


def _ip(raw: object) -> str | None:
    found = address(raw) if isinstance(raw, str) else None
    return None if found is None else found.compressed


def _location(raw: object) -> tuple[float, float] | None:
    if isinstance(raw, Mapping):
        raw = (raw.get("latitude"), raw.get("longitude"))
    if not isinstance(raw, list | tuple) or len(raw) != len(_DEGREES):
        return None
    pair = tuple(_number(part) for part in raw)
    if None in pair:
        return None
    inside = all(abs(part or 0) <= most for part, most in zip(pair, _DEGREES, strict=True))
    return (float(pair[0] or 0), float(pair[1] or 0)) if inside else None


_FORMS: Mapping[str, Callable[[object], object]] = {
    "string": _string,
    "number": _number,
    "boolean": _boolean,
    "datetime": _instant,
    "list": _list,
    "version": _version,
    "ip": _ip,
    "location": _location,
}
TYPES = tuple(_FORMS)
"""The attribute types of the language, by name."""
