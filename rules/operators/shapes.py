"""The shapes an operator's value may have: how each is read, written back and described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from rules import budgets, durations, expect, patterns, zones
from rules.errors import InvalidError
from rules.operators.described import from_to, list_of, record_of, text_of
from rules.values import canonical, instant_text
from rules.versions import order

Read = Callable[[object, str], object]
Write = Callable[[object], object]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MINUTES = 60
_DAY = 24 * _MINUTES
_MOST_NETWORKS = 1_000
_MAPPED = 96
"""The bits of an IPv6 address before an IPv4 address that is mapped into it (RFC 4291)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A named form of value: ``read`` takes JSON and a pointer, ``write`` gives the JSON back.

    What ``read`` returns is canonical, immutable and hashable; ``schema`` is its JSON Schema;
    ``cost`` says, before it is read, what a value takes of a document's budget.
    """

    name: str
    schema: Mapping[str, object]
    read: Read
    write: Write = lambda value: value
    cost: Callable[[object], int] = budgets.plain


def _none(raw: object, at: str) -> None:
    if raw is not None:
        raise InvalidError(at, "value", "expected no value with this operator")


def _singles(raw: object, at: str) -> tuple[object, ...]:
    entries = expect.items(raw, at)
    plain = {entry for entry in entries if type(entry) is str and expect.is_plain(entry)}
    others = {
        (isinstance(value, bool), isinstance(value, str), value)
        for value in (
            expect.single(entry, f"{at}/{i}")
            for i, entry in enumerate(entries)
            if type(entry) is not str or entry not in plain
        )
    }
    values = others | {(False, True, text) for text in plain}
    return tuple(value for *_, value in sorted(values))


def _pair(raw: object, at: str) -> tuple[float, float]:
    entries = expect.items(raw, at)
    if len(entries) != 2:  # noqa: PLR2004 a pair
        raise InvalidError(at, "length", "expected two numbers, the smaller first")
    low, high = (expect.number(entry, f"{at}/{i}") for i, entry in enumerate(entries))
    return expect.rising((low, high), at)


def _pattern(raw: object, at: str) -> str:
    source = expect.text(raw, at, patterns.LONGEST)
    patterns.compiled(source, at=at)
    return source


def _instant(raw: object, at: str) -> int:
    value = canonical("datetime", expect.text(raw, at))
    if not isinstance(value, int) or not zones.has_offset(str(raw)):
        raise InvalidError(at, "instant", "expected an instant like 2026-12-01T08:00:00Z")
    return value


def _version(raw: object, at: str) -> str:
    version = expect.text(raw, at)
    if order(version) is None:
        raise InvalidError(at, "version", "expected a version like 1.2.3")
    return version


def _networks(raw: object, at: str) -> tuple[str, ...]:
    entries = expect.items(raw, at, _MOST_NETWORKS) if isinstance(raw, list) else [raw]
    found: set[str] = set()
    for i, entry in enumerate(entries):
        try:
            found.add(str(_unmapped(ip_network(expect.text(entry, f"{at}/{i}", 64), strict=False))))
        except InvalidError:
            raise
        except ValueError as error:
            raise InvalidError(at, "network", "expected networks like 10.0.0.0/8") from error
    return tuple(sorted(found))


def _unmapped(network: IPv4Network | IPv6Network) -> IPv4Network | IPv6Network:
    """Return an IPv4 network where it is mapped into IPv6, as addresses are."""
    mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if mapped is None or network.prefixlen < _MAPPED:
        return network
    return IPv4Network((mapped, network.prefixlen - _MAPPED))


def _near(raw: object, at: str) -> tuple[float, float, float]:
    place = expect.record(raw, at, ("latitude", "longitude", "within_km"))
    return (
        expect.number(place["latitude"], f"{at}/latitude", -90, 90),
        expect.number(place["longitude"], f"{at}/longitude", -180, 180),
        expect.number(place["within_km"], f"{at}/within_km", 0, 20_100),
    )


def _remainder(raw: object, at: str) -> tuple[int, int]:
    said = expect.record(raw, at, ("divisor", "remainder"))
    divisor = expect.whole(said["divisor"], f"{at}/divisor", 1, 2**31)
    return divisor, expect.whole(said["remainder"], f"{at}/remainder", 0, divisor - 1)


def _bucket(raw: object, at: str) -> tuple[str, float, float]:
    share = expect.record(raw, at, ("salt",), ("from", "until"))
    low = expect.number(share.get("from", 0), f"{at}/from", 0, 100)
    high = expect.number(share.get("until", 100), f"{at}/until", 0, 100)
    expect.rising((low, high), at)
    return expect.text(share["salt"], f"{at}/salt", 128), low, high


def _size(raw: object, at: str) -> tuple[int | None, int | None]:
    if not isinstance(raw, dict):
        exactly = expect.whole(raw, at, 0, expect.MOST_ITEMS)
        return exactly, exactly
    ends = expect.record(raw, at, (), ("at_least", "at_most"))
    if not ends:
        raise InvalidError(at, "missing", "expected at_least, at_most or both")
    low, high = (
        expect.whole(ends[key], f"{at}/{key}", 0, expect.MOST_ITEMS) if key in ends else None
        for key in ("at_least", "at_most")
    )
    if low is not None and high is not None:
        expect.rising((low, high), at)
    return low, high


def _write_size(value: object) -> object:
    assert isinstance(value, tuple)
    low, high = value
    if low == high:
        return low
    ends = {"at_least": low, "at_most": high}
    return {key: end for key, end in ends.items() if end is not None}


def _clock(raw: object, at: str) -> int:
    hours, colon, minutes = expect.text(raw, at, 5).partition(":")
    digits = hours + minutes
    if colon and digits.isascii() and digits.isdigit() and len(minutes) == len(hours) == 2:  # noqa: PLR2004
        minute = int(hours) * _MINUTES + int(minutes)
        if minute < _DAY and int(minutes) < _MINUTES:
            return minute
    raise InvalidError(at, "clock", "expected a time of day like 22:30")


def _hours(raw: object, at: str) -> tuple[int, int, str]:
    hours = expect.record(raw, at, ("from", "until"), ("zone",))
    start, end = _clock(hours["from"], f"{at}/from"), _clock(hours["until"], f"{at}/until")
    if start == end:
        raise InvalidError(at, "order", "expected two different times of day")
    return start, end, zones.name(hours.get("zone", zones.VISITOR), f"{at}/zone")


def _write_hours(value: object) -> object:
    assert isinstance(value, tuple)
    start, end, zone = value
    written = [f"{minute // _MINUTES:02}:{minute % _MINUTES:02}" for minute in (start, end)]
    return {"from": written[0], "until": written[1], "zone": zone}


def _days(raw: object, at: str) -> tuple[tuple[int, ...], str]:
    days = expect.record(raw, at, ("days",), ("zone",))
    found = set()
    for i, day in enumerate(expect.items(days["days"], f"{at}/days")):
        if day not in DAYS:
            raise InvalidError(f"{at}/days/{i}", "weekday", f"expected one of {', '.join(DAYS)}")
        found.add(DAYS.index(str(day)))
    return tuple(sorted(found)), zones.name(days.get("zone", zones.VISITOR), f"{at}/zone")


def _write_days(value: object) -> object:
    assert isinstance(value, tuple)
    days, zone = value
    return {"days": [DAYS[day] for day in days], "zone": zone}


def keyed(*keys: str) -> Write:
    """Return the writer of a tuple whose entries have these names.

    >>> keyed("salt", "from")(("spring", 0))
    {'salt': 'spring', 'from': 0}
    """
    return lambda value: dict(zip(keys, value, strict=True))  # type: ignore[call-overload]


_TEXT = text_of(expect.LONGEST_TEXT)
_SHORT = text_of(64)
_CLOCK: dict[str, object] = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_NUMBER: dict[str, object] = {"type": "number"}
_COUNT: dict[str, object] = {"type": "integer", "minimum": 0, "maximum": expect.MOST_ITEMS}
_SINGLE: dict[str, object] = {
    "type": ["string", "number", "boolean"],
    "maxLength": expect.LONGEST_TEXT,
}


NONE = Shape("none", {"type": "null"}, _none)
SINGLE = Shape("single", _SINGLE, expect.single)
SINGLES = Shape("singles", list_of(_SINGLE), _singles, list)  # type: ignore[arg-type]
NUMBER = Shape("number", _NUMBER, expect.number)
PAIR = Shape("pair", {**list_of(_NUMBER), "minItems": 2, "maxItems": 2}, _pair, list)  # type: ignore[arg-type]
_DIVISOR: dict[str, object] = {"type": "integer", "minimum": 0, "maximum": 2**31}
REMAINDER = Shape(
    "remainder",
    record_of(["divisor", "remainder"], divisor={**_DIVISOR, "minimum": 1}, remainder=_DIVISOR),
    _remainder,
    keyed("divisor", "remainder"),
)
TEXT = Shape("text", _TEXT, expect.text)
PATTERN = Shape(
    "pattern",
    {**text_of(patterns.LONGEST), "format": "regex"},
    _pattern,
    cost=lambda _value: budgets.PATTERN,
)
INSTANT = Shape("instant", {**_TEXT, "format": "date-time"}, _instant, instant_text)  # type: ignore[arg-type]
_DURATION: dict[str, object] = {"type": "string", "pattern": durations.PATTERN}
DURATION = Shape("duration", _DURATION, durations.parse, durations.text)  # type: ignore[arg-type]
VERSION = Shape("version", _TEXT, _version)
NETWORKS = Shape("networks", {"oneOf": [_SHORT, list_of(_SHORT, _MOST_NETWORKS)]}, _networks, list)  # type: ignore[arg-type]
NEAR = Shape(
    "near",
    record_of(
        ["latitude", "longitude", "within_km"],
        latitude=from_to(-90, 90),
        longitude=from_to(-180, 180),
        within_km=from_to(0, 20_100),
    ),
    _near,
    keyed("latitude", "longitude", "within_km"),
)
_SHARE = from_to(0, 100)
BUCKET = Shape(
    "bucket",
    record_of(["salt"], salt=text_of(128), **{"from": _SHARE, "until": _SHARE}),
    _bucket,
    keyed("salt", "from", "until"),
)
SIZE = Shape(
    "size",
    {"oneOf": [_COUNT, {**record_of([], at_least=_COUNT, at_most=_COUNT), "minProperties": 1}]},
    _size,
    _write_size,
)
HOURS = Shape(
    "hours",
    record_of(["from", "until"], **{"from": _CLOCK, "until": _CLOCK, "zone": _SHORT}),
    _hours,
    _write_hours,
)
WEEKDAYS = Shape(
    "weekdays",
    record_of(["days"], days=list_of({"enum": list(DAYS)}), zone=_SHORT),
    _days,
    _write_days,
)
