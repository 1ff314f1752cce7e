"""The words for a span of time, from within to since_last: read from JSON, and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules import durations, expect
from rules.conditions import Condition, Span
from rules.errors import InvalidError
from rules.operators.shapes import INSTANT

KEYS = ("within", "between", "since", "until", "in_session", "since_last")
SESSION = 30 * durations.MINUTE
"""The pause after which a session is over, where a condition says no other."""
LONGEST_NAME = 200
_NO_CONDITIONS = ("then", "do", "conclude", "value")
EVER = Span()
Given = Span
Where = Callable[[object, str], Condition]
"""Reads the filter of a single event, which stands at a pointer."""
Written = Callable[[Condition], object]


def read(raw: Mapping[str, object], at: str, default: Span, where: Where) -> Span:
    """Return the span an object's keys say, or the default when it has none of them.

    >>> read({"between": ["2d", "1d"]}, "", EVER, lambda raw, at: raw).offset
    86400000000
    """
    said = [key for key in KEYS if key in raw]
    if not said:
        return default
    length, offset = _ends(raw, at)
    since, until = (
        INSTANT.read(raw[key], f"{at}/{key}") if key in raw else None for key in ("since", "until")
    )
    assert since is None or isinstance(since, int)
    assert until is None or isinstance(until, int)
    if since is not None and until is not None and since >= until:
        raise InvalidError(f"{at}/until", "order", "expected an instant after since")
    in_session = _session(raw.get("in_session", False), f"{at}/in_session")
    return Span(length, offset, since, until, in_session, *_last(raw, at, where))


def _last(raw: Mapping[str, object], at: str, where: Where) -> tuple[str | None, Condition | None]:
    """Return the name of the event to begin at and its filter: a name alone, or both."""
    last, at = raw.get("since_last"), f"{at}/since_last"
    if not isinstance(last, dict):
        return (None if last is None else expect.text(last, at, LONGEST_NAME)), None
    said = expect.record(last, at, ("event",), ("where",))
    name = expect.text(said["event"], f"{at}/event", LONGEST_NAME)
    return name, where(said["where"], f"{at}/where") if "where" in said else None


def _session(raw: object, at: str) -> int | None:
    if isinstance(raw, bool):
        return SESSION if raw else None
    return durations.parse(raw, at)


def _ends(raw: Mapping[str, object], at: str) -> tuple[int | None, int]:
    if "between" not in raw:
        within = durations.parse(raw["within"], f"{at}/within") if "within" in raw else None
        return within, 0
    if "within" in raw:
        raise InvalidError(f"{at}/within", "value", "expected within or between, not both")
    ends = expect.items(raw["between"], f"{at}/between", 2)
    lengths = [durations.parse(end, f"{at}/between/{i}") for i, end in enumerate(ends)]
    if len(lengths) != 2 or lengths[0] <= lengths[1]:  # noqa: PLR2004 a pair
        raise InvalidError(f"{at}/between", "order", "expected two durations, the longer first")
    return lengths[0], lengths[1]


def document(span: Span, written: Written) -> dict[str, object]:
    """Return the keys that say a span; ``read`` brings it back.

    >>> document(Span(length=86_400_000_000), repr)
    {'within': '24h'}
    """
    said: dict[str, object] = {}
    if span.length is not None and span.offset:
        said["between"] = [durations.text(span.length), durations.text(span.offset)]
    elif span.length is not None:
        said["within"] = durations.text(span.length)
    for key, instant in (("since", span.since), ("until", span.until)):
        if instant is not None:
            said[key] = INSTANT.write(instant)
    if span.in_session is not None:
        gap = span.in_session
        said["in_session"] = True if gap == SESSION else durations.text(gap)
    if span.since_where is not None:
        last = {"event": span.since_last, "where": written(span.since_where)}
        return {**said, "since_last": last}
    return said if span.since_last is None else {**said, "since_last": span.since_last}


def paused(document: object, gap: int) -> object:
    """Return a document whose sessions that name no pause have one of ``gap`` microseconds.

    What a row shows, a trigger does or a rule concludes is no condition, and stays as it is.

    >>> paused({"event": "A", "in_session": True}, 60_000_000)
    {'event': 'A', 'in_session': '1m'}
    """
    if isinstance(document, list):
        return [paused(part, gap) for part in document]
    if not isinstance(document, dict):
        return document
    return {
        key: durations.text(gap)
        if key == "in_session" and part is True
        else part
        if key in _NO_CONDITIONS
        else paused(part, gap)
        for key, part in document.items()
    }
