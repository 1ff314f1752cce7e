"""Given these events, expect these segments: examples that editors keep beside their rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rules import durations, expect
from rules.errors import InvalidError
from rules.state import Event
from rules.values import canonical

NOON = 1_767_268_800_000_000
"""The instant of a scenario that names none: 2026-01-01T12:00:00Z."""
MOST_EVENTS = 10_000
_MOST_TIMES = 1_000
_KINDS = ("track", "page", "screen", "identify")
_GIVEN = ("now", "traits", "context", "events")
_EVENT = ("at", "ago", "type", "event", "name", "properties", "context", "traits", "times")
_EXPECTED = ("after", "in", "not_in", "shows")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What holds so many microseconds ``after`` now: segments, and the variant of each slot."""

    after: int = 0
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    shows: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One visitor's events in order, up to ``now`` (microseconds UTC), and what is expected."""

    title: str
    now: int
    events: tuple[Event, ...]
    context: Mapping[str, object]
    expected: tuple[Expectation, ...]


def parse(raw: object) -> list[Scenario]:
    """Return the scenarios of a JSON document, one or a list; ``InvalidError`` names the place.

    >>> said = {"scenario": "a buyer", "events": [{"ago": "1h", "event": "Order Completed"}],
    ...         "expect": [{"in": ["buyers"]}, {"after": "24h", "not_in": ["buyers"]}]}
    >>> [one] = parse(said)
    >>> one.events[0].name, one.expected[1].outside
    ('Order Completed', ('buyers',))
    """
    if isinstance(raw, list):
        return [_scenario(each, f"/{at}") for at, each in enumerate(raw)]
    return [_scenario(raw, "")]


def faults(
    expected: Expectation, segments: Mapping[str, bool], shown: Mapping[str, str | None]
) -> list[str]:
    """Return what is other than expected, in words; nothing where all is as it should be.

    ``segments`` says by slug whether the visitor is in, ``shown`` by slot the variant.

    >>> faults(Expectation(inside=("buyers",)), {"buyers": False}, {})
    ['expected in segment "buyers", and is not']
    """
    found: list[str] = []
    for slug in expected.inside:
        found += _member(slug, segments, meant=True)
    for slug in expected.outside:
        found += _member(slug, segments, meant=False)
    for slot, variant in expected.shows:
        if slot not in shown:
            found.append(f'expected a matrix for the slot "{slot}", and there is none')
        elif shown[slot] != variant:
            found.append(
                f"expected {slot} to show {_said(variant)}, and it is {_said(shown[slot])}"
            )
    return found


def _member(slug: str, segments: Mapping[str, bool], *, meant: bool) -> Iterable[str]:
    if slug not in segments:
        yield f'expected a segment "{slug}", and there is none'
    elif segments[slug] is not meant:
        if meant:
            yield f'expected in segment "{slug}", and is not'
        else:
            yield f'expected not in segment "{slug}", and is'


def _said(variant: str | None) -> str:
    return "nothing" if variant is None else f'"{variant}"'


def _scenario(raw: object, at: str) -> Scenario:
    said = expect.record(raw, at, ("scenario", "expect"), _GIVEN)
    now = _instant(said["now"], f"{at}/now") if "now" in said else NOON
    listed = _list(said.get("events", []), f"{at}/events")
    events: list[Event] = []
    for place, each in enumerate(listed):
        events += _events(each, f"{at}/events/{place}", now, len(events))
        if len(events) > MOST_EVENTS:
            raise InvalidError(f"{at}/events", "too_large", f"expected at most {MOST_EVENTS}")
    events.sort(key=lambda event: (event.at, event.tie))
    if traits := _object(said.get("traits", {}), f"{at}/traits"):
        first = events[0].at if events else now
        events.insert(0, Event(first, "", "identify", "", {}, {}, traits))
    expected = _list(said["expect"], f"{at}/expect")
    return Scenario(
        expect.text(said["scenario"], f"{at}/scenario"),
        now,
        tuple(events),
        _object(said.get("context", {}), f"{at}/context"),
        tuple(_expectation(each, f"{at}/expect/{i}") for i, each in enumerate(expected)),
    )


def _events(raw: object, at: str, now: int, before: int) -> list[Event]:
    said = expect.record(raw, at, (), _EVENT)
    if ("at" in said) is ("ago" in said):
        raise InvalidError(at, "missing", "expected either at, an instant, or ago, a duration")
    when = _instant(said["at"], f"{at}/at") if "at" in said else None
    if when is None:
        when = now - durations.parse(said["ago"], f"{at}/ago")
    if when > now:
        raise InvalidError(f"{at}/at", "out_of_range", "expected an instant before now")
    kind = said.get("type", "track")
    if kind not in _KINDS:
        raise InvalidError(f"{at}/type", "unknown", f"expected one of {', '.join(_KINDS)}")
    named = {"track": "event", "identify": ""}.get(str(kind), "name")
    name = expect.text(said.get(named, ""), f"{at}/{named}", least=1) if named else ""
    maps = [_object(said.get(k, {}), f"{at}/{k}") for k in ("properties", "context", "traits")]
    times = expect.whole(said.get("times", 1), f"{at}/times", 1, _MOST_TIMES)
    ties = (f"{before + one:08}" for one in range(times))
    return [Event(when, tie, str(kind), name, *maps) for tie in ties]


def _expectation(raw: object, at: str) -> Expectation:
    said = expect.record(raw, at, (), _EXPECTED)
    after = durations.parse(said["after"], f"{at}/after") if "after" in said else 0
    shows = _object(said.get("shows", {}), f"{at}/shows")
    for slot, variant in shows.items():
        if variant is not None:
            expect.text(variant, f"{at}/shows/{expect.pointer(slot)}")
    found = Expectation(
        after,
        _texts(said.get("in", []), f"{at}/in"),
        _texts(said.get("not_in", []), f"{at}/not_in"),
        tuple((slot, None if v is None else str(v)) for slot, v in shows.items()),
    )
    if not (found.inside or found.outside or found.shows):
        raise InvalidError(at, "missing", "expected in, not_in or shows")
    return found


def _instant(raw: object, at: str) -> int:
    found = canonical("datetime", raw) if isinstance(raw, str) else None
    if not isinstance(found, int):
        raise InvalidError(at, "type", "expected an instant like 2026-12-01T08:00:00Z")
    return found


def _texts(raw: object, at: str) -> tuple[str, ...]:
    return tuple(expect.text(each, f"{at}/{i}") for i, each in enumerate(_list(raw, at)))


def _list(raw: object, at: str) -> list[object]:
    if not isinstance(raw, list):
        raise InvalidError(at, "type", "expected a list")
    return raw


def _object(raw: object, at: str) -> dict[str, object]:
    if not isinstance(raw, dict):
        raise InvalidError(at, "type", "expected an object")
    return raw
