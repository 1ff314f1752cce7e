"""The nearest miss in words: what would have to happen, how often more, and until when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rules import wording
from rules.compiler import Keys
from rules.conditions import Measure, Windowed
from rules.facts import Facts
from rules.matrix.changes import Change
from rules.spelling import quoted, value
from rules.values import instant_text
from rules.windows.window import Window

Say = Callable[[int], str]
"""How an instant is said to whoever reads."""


def words(
    change: Change, measures: Iterable[Windowed], keys: Keys, facts: Facts, say: Say = instant_text
) -> str:
    """Return one change of a nearest miss as a sentence without its full stop.

    ``measures`` are those the matrix reads. Instants are microseconds UTC.

    >>> words(Change("attribute", "traits.plan", "free", "pro"), (), {}, Facts())
    'traits.plan is "free" and would have to be "pro"'
    >>> words(Change("segment", "vip", False, True), (), {}, Facts())
    'would have to be in segment "vip"'
    """
    if change.kind == "measure":
        named = {wording.measure(one): one for one in measures if isinstance(one, Measure)}
        measure = named.get(change.subject)
        if measure is not None:
            return _counted(change, measure, facts.windows.get(keys[measure]), facts.now, say)
    return _SPEAKERS[change.kind](change, say)


def deadline(window: Window | None, now: int) -> int | None:
    """Return when a number would fall by itself; ``None`` where it would not.

    >>> from rules.conditions import Measure, Span
    >>> from rules.windows.registry import create
    >>> window = create(Measure("Viewed", span=Span(length=10)))
    >>> window.add(3, None, "")
    >>> deadline(window, 5), deadline(None, 5)
    (13, None)
    """
    if window is None or not hasattr(window, "changes"):
        return None
    seen = window.read(now)
    for instant, after in window.changes(now):
        if not isinstance(seen, int) or not isinstance(after, int):
            return None
        if after < seen:
            return instant
    return None


def _counted(change: Change, measure: Measure, window: Window | None, now: int, say: Say) -> str:
    seen, needed = change.seen, change.value
    if not _is_number(seen) or not _is_number(needed):
        return _valued(change, say)
    lacking = needed - seen  # type: ignore[operator]
    if measure.kind != "count" or measure.setting is not None:
        return _valued(change, say)
    if lacking > 0:
        return _more(lacking, measure, say, deadline(window, now))
    said = _valued(change, say)
    return f"{said}, and falls only with time"


def _more(lacking: float, measure: Measure, say: Say, until: int | None) -> str:
    where = "" if measure.where is None else f" where ({wording.words(measure.where)})"
    event, asked = wording.event(measure.event), f"{wording.span_words(measure.span)}{where}"
    number = value(lacking)
    if until is None:
        if lacking == 1:
            return f"{event} 1 more time{asked}"
        return f"{event} {number} more times{asked}"
    last = say(until)
    if lacking == 1:
        return f"{event} 1 more time{asked}, before {last}"
    return f"{event} {number} more times{asked}, before {last}"


def _valued(change: Change, _say: Say) -> str:
    seen, needed = _plain(change.seen), _plain(change.value)
    if change.seen is None:
        return f"{change.subject} is unknown and would have to be {needed}"
    if change.value is None:
        return f"{change.subject} is {seen} and would have to be unknown"
    return f"{change.subject} is {seen} and would have to be {needed}"


def _segment(change: Change, _say: Say) -> str:
    segment = quoted(change.subject)
    if change.value is None:
        return f"would have to be unknown to segment {segment}"
    if change.value:
        return f"would have to be in segment {segment}"
    return f"would have to be outside segment {segment}"


def _condition(change: Change, _say: Say) -> str:
    condition = change.subject
    if change.value is None:
        return f"it would have to be unknown that {condition}"
    if change.value:
        return f"it would have to be true that {condition}"
    return f"it would have to be false that {condition}"


def _rollout(change: Change, _say: Say) -> str:
    row = quoted(change.subject)
    if change.value:
        return f"would have to be inside the share that row {row} is rolled out to"
    return f"would have to be outside the share that row {row} is rolled out to"


def _switch(change: Change, _say: Say) -> str:
    return f"row {quoted(change.subject)} would have to be switched on"


def _is_number(one: object) -> bool:
    return isinstance(one, int | float) and not isinstance(one, bool)


def _plain(one: object) -> str:
    return value(one) if isinstance(one, str | bool | int | float) else str(one)


_SPEAKERS: Mapping[str, Callable[[Change, Say], str]] = {
    "attribute": _valued,
    "measure": _valued,
    "segment": _segment,
    "condition": _condition,
    "rollout": _rollout,
    "switch": _switch,
}
