"""A pretence: what a preview says it shows, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from personalization.events import timestamps
from personalization.plant.instants import SECOND
from rules import durations, expect
from rules.errors import InvalidError

MOST = 50
"""Events and segments a preview may name."""
NAMES = ("segments", "traits", "events", "at", "draft", "matrices")


class Happened(NamedTuple):
    """One event a preview pretends: at an instant, or so long before the preview's."""

    name: str
    at: int | None
    ago: int
    properties: Mapping[str, Any]


class Part(NamedTuple):
    """What a preview says; ``None`` are an instant that is now, and segments that follow."""

    segments: frozenset[str] | None
    traits: Mapping[str, Any]
    events: tuple[Happened, ...]
    at: int | None
    draft: bool
    matrices: Mapping[str, int]


def check(raw: object) -> Part:
    """Return what a preview says, or raise ``InvalidError`` naming what is wrong.

    >>> check({"segments": ["vip"]}).segments, check({"at": "2026-01-01T00:00:00Z"}).at
    (frozenset({'vip'}), 1767225600000000)
    """
    told = expect.record(raw, "", (), NAMES)
    events = _list(told.get("events", []), "/events")
    return Part(
        _segments(told["segments"]) if "segments" in told else None,
        mapping(told.get("traits", {}), "/traits"),
        tuple(_event(one, f"/events/{n}") for n, one in enumerate(events)),
        instant(told["at"], "/at") if "at" in told else None,
        expect.flag(told.get("draft", False), "/draft"),
        _matrices(told.get("matrices", {})),
    )


def test(raw: object) -> Part:
    """Return a test profile that is the field ``test`` of a larger question."""
    try:
        return check(raw)
    except InvalidError as fault:
        raise InvalidError(f"/test{fault.at}", fault.code, fault.message) from fault


def _segments(raw: object) -> frozenset[str]:
    names = _list(raw, "/segments")
    return frozenset(expect.text(name, f"/segments/{n}", 200) for n, name in enumerate(names))


def _event(raw: object, at: str) -> Happened:
    told = expect.record(raw, at, ("event",), ("at", "ago", "properties"))
    when = instant(told["at"], f"{at}/at") if "at" in told else None
    ago = durations.parse(told["ago"], f"{at}/ago") if "ago" in told else SECOND
    properties = mapping(told.get("properties", {}), f"{at}/properties")
    return Happened(expect.text(told["event"], f"{at}/event", 200), when, ago, properties)


def _matrices(raw: object) -> dict[str, int]:
    told = mapping(raw, "/matrices")
    return {slot: expect.whole(n, f"/matrices/{slot}", 1, 2**31 - 1) for slot, n in told.items()}


def _list(raw: object, at: str) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > MOST:
        raise InvalidError(at, "type", f"expected a list of at most {MOST}")
    return raw


def mapping(raw: object, at: str) -> dict[str, Any]:
    """Return a JSON object."""
    if not isinstance(raw, dict):
        raise InvalidError(at, "type", "expected an object")
    return raw


def instant(raw: object, at: str) -> int:
    """Return the instant a text in RFC 3339 says."""
    try:
        return timestamps.instant(raw)
    except (ValueError, OverflowError):
        raise InvalidError(at, "value", "expected an instant in RFC 3339") from None
