"""A condition in words: the sentence an editor reads in place of JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from rules.conditions import (
    All,
    Any,
    Condition,
    EventTest,
    Everyone,
    HasBeen,
    Measure,
    Member,
    Not,
    Same,
    Sequence,
    Span,
    Step,
    Test,
)
from rules.operators.registry import operators

LONE = 86_400
"""One day is said as 24 hours: people mean a rolling window, not a date."""
UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
AGGREGATES: Mapping[str, str] = {
    "distinct": "number of different {path} in {event}",
    "first": "first {path} of {event}",
    "last": "last {path} of {event}",
}


def words(condition: Condition) -> str:
    """Return the condition as one English sentence without its full stop.

    Durations are microseconds and come out in the largest whole unit. Source of the wording: the
    words of docs/words.md.

    >>> words(All((Test("traits.plan", "equals", "pro"), Not(Member("vip")))))
    'traits.plan equals "pro" and not in segment vip'
    >>> words(EventTest(Measure("Product Viewed", span=Span(86_400_000_000)), "at_least", 3))
    'Product Viewed at least 3 times within the last 24 hours'
    """
    return _SPEAKERS[type(condition)](condition)


def duration(microseconds: int) -> str:
    """Return a duration in words, in the largest unit that stays whole.

    >>> duration(5_400_000_000)
    '90 minutes'
    """
    seconds, rest = divmod(microseconds, 1_000_000)
    if rest:
        return f"{microseconds / 1_000_000:g} seconds"
    fits = (unit for unit in UNITS if seconds % unit[1] == 0 and seconds != LONE)
    name, size = next(fits, ("hour", 3_600))
    return _many(seconds // size, name)


def measure(asked: Measure) -> str:
    """Return what a measure counts, in words.

    >>> measure(Measure("Order Completed", kind="sum", path="properties.revenue"))
    'sum of properties.revenue in Order Completed'
    """
    event = _occurrence(asked)
    if asked.kind == "count":
        return f"number of {event}{_span(asked.span)}"
    form = AGGREGATES.get(asked.kind, asked.kind + " of {path} in {event}")
    return form.format(path=asked.path or "events", event=event) + _span(asked.span)


def _many(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"


def _instant(microseconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _span(span: Span) -> str:
    said = ""
    if span.length is not None and span.offset:
        said += f" between {duration(span.length)} and {duration(span.offset)} ago"
    elif span.length is not None:
        said += f" within the last {duration(span.length)}"
    if span.since is not None:
        said += f" since {_instant(span.since)}"
    if span.until is not None:
        said += f" until {_instant(span.until)}"
    return said + (" in this session" if span.in_session else "")


def _value(written: object, stored: object) -> str:
    """Return an operand in words: what was typed as text stands in quotes, the rest does not."""
    if isinstance(written, bool):
        return "yes" if written else "no"
    if isinstance(written, Mapping):
        return ", ".join(f"{name} {part}" for name, part in written.items())
    if isinstance(written, list | tuple):
        return ", ".join(_value(part, part) for part in written)
    return f'"{written}"' if isinstance(stored, str) else str(written)


def _operator(name: str, value: object) -> str:
    operator = operators[name]
    said = name.replace("_", " ")
    if value is None:
        return said
    written = operator.shape.write(value)
    if name in {"between", "not_between"} and isinstance(written, list | tuple):
        return f"{said} {written[0]} and {written[1]}"
    return f"{said} {_value(written, value)}"


def _inside(condition: Condition) -> str:
    said = words(condition)
    return f"({said})" if isinstance(condition, (All, Any)) else said


def _everyone(_: Everyone) -> str:
    return "everyone"


def _all(condition: All) -> str:
    return " and ".join(_inside(part) for part in condition.parts)


def _any(condition: Any) -> str:
    return " or ".join(_inside(part) for part in condition.parts)


def _not(condition: Not) -> str:
    part = condition.part
    if isinstance(part, EventTest) and part == EventTest(part.measure):
        return f"no {_occurrence(part.measure)}{_span(part.measure.span)}"
    return f"not {_inside(part)}"


def _test(condition: Test) -> str:
    case = " (any case)" if condition.ignore_case else ""
    return f"{condition.attribute} {_operator(condition.operator, condition.value)}{case}"


def _member(condition: Member) -> str:
    return f"in segment {condition.segment}"


def _occurrence(asked: Measure) -> str:
    return asked.event + (f" (where {words(asked.where)})" if asked.where else "")


def _event(condition: EventTest) -> str:
    asked = condition.measure
    if asked.kind != "count":
        return f"{measure(asked)} {_operator(condition.operator, condition.value)}"
    event = _occurrence(asked)
    if (condition.operator, condition.value) == ("at_least", 1):
        return f"{event} happened{_span(asked.span)}"
    times = "time" if condition.value == 1 else "times"
    return f"{event} {_operator(condition.operator, condition.value)} {times}{_span(asked.span)}"


def _same(condition: Same) -> str:
    return f"for one and the same {condition.key}: {_inside(condition.part)}"


def _step(step: Step) -> str:
    said = f"no {step.measure.event}" if step.absent else step.measure.event
    return said + (f" {step.times} times" if step.times > 1 else "") + _span(step.measure.span)


def _sequence(condition: Sequence) -> str:
    joint = ", directly followed by " if condition.strict else ", then "
    said = joint.join(_step(step) for step in condition.steps)
    key = f" for one and the same {condition.key}" if condition.key else ""
    return f"{said}{key}{_span(condition.span)}"


def _has_been(condition: HasBeen) -> str:
    return f"for {duration(condition.duration)} without a break: {_inside(condition.part)}"


_SPEAKERS: Mapping[type, Callable[..., str]] = {
    Everyone: _everyone,
    All: _all,
    Any: _any,
    Not: _not,
    Test: _test,
    Member: _member,
    EventTest: _event,
    Same: _same,
    Sequence: _sequence,
    HasBeen: _has_been,
}
