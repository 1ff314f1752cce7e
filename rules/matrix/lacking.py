"""The nearest miss in words: what would have to happen, how often more, and until when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from rules import wording
from rules.compiler import Keys
from rules.conditions import Measure, Windowed
from rules.facts import Facts
from rules.matrix.changes import Change
from rules.spelling import many, quoted, value
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
        until = deadline(window, now)
        before = f", before {say(until)}" if until is not None else ""
        where = "" if measure.where is None else f" where ({wording.words(measure.where)})"
        often = f"{many(lacking, 'more time')}{wording.span_words(measure.span)}"
        return f"{wording.event(measure.event)} {often}{where}{before}"
    return f"{_valued(change, say)}, and falls only with time"


def _valued(change: Change, _say: Say) -> str:
    seen = "unknown" if change.seen is None else _plain(change.seen)
    needed = "unknown" if change.value is None else _plain(change.value)
    return f"{change.subject} is {seen} and would have to be {needed}"


def _segment(change: Change, _say: Say) -> str:
    side = {True: "in", False: "outside", None: "unknown to"}[change.value]  # type: ignore[index]
    return f"would have to be {side} segment {quoted(change.subject)}"


def _condition(change: Change, _say: Say) -> str:
    needed = {True: "true", False: "false", None: "unknown"}[change.value]  # type: ignore[index]
    return f"it would have to be {needed} that {change.subject}"


def _rollout(change: Change, _say: Say) -> str:
    side = "inside" if change.value else "outside"
    return f"would have to be {side} the share that row {quoted(change.subject)} is rolled out to"


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
