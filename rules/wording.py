"""A condition in words: the sentence an editor reads in place of JSON, and may write as well."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast

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
from rules.operators.items import ITEM
from rules.operators.registry import Operator, operators
from rules.phrases import EVENTS, counted, is_pair, measure_words
from rules.spans import SESSION
from rules.spelling import duration, many, operand, path, quoted, value
from rules.values import instant_text, unscaled
from rules.windows.points import Score
from rules.windows.registry import kinds
from rules.windows.window import EVENT, SCORE, VALUES

EVER = Span()


def words(condition: Condition) -> str:
    """Return the condition as one English sentence on one line, without its full stop.

    ``rules.notations.text.read`` reads the same condition back. Source: docs/text.md.

    >>> words(All((Test("traits.plan", "equals", "pro"), Not(Member("vip")))))
    'traits.plan is "pro" and not in segment "vip"'
    >>> words(EventTest(Measure("Product Viewed", span=Span(86_400_000_000)), "at_least", 3))
    'viewed a product at least 3 times within 24 hours'
    """
    return _SPEAKERS[type(condition)](condition)


def measure(asked: Measure) -> str:
    """Return what a measure counts, in words.

    >>> measure(Measure("Order Completed", kind="sum", path="properties.revenue"))
    'the sum of properties.revenue in "Order Completed"'
    """
    if isinstance(asked.setting, Score):
        parts = (
            f"{unscaled(part.weight)} x {measure(part.measure)}" for part in asked.setting.parts
        )
        return f"the score of {'; '.join(parts)}"
    return f"the {_aggregate(asked)}{quoted(asked.event)}{_circumstances(asked)}"


def _aggregate(asked: Measure) -> str:
    """Return the words before the event's name, each followed by a space."""
    takes, said = kinds[asked.kind].takes, measure_words(asked.kind)
    if takes == EVENT:
        return f"{said} {quoted(str(asked.path))} in "
    of = "" if asked.path is None else f"{path(asked.path)} "
    if takes == SCORE:
        assert isinstance(asked.setting, int)
        return f"{said} {of and f'of {of}'}halving every {duration(asked.setting)} in "
    if takes == VALUES:
        assert isinstance(asked.setting, int)
        return f"{said} {many(asked.setting, 'value')} of {of}in "
    return f"{said} {of}in " if of else f"{said} "


def event(name: str) -> str:
    """Return how somebody did what an event says.

    >>> event("Order Completed"), event("Newsletter Read")
    ('placed an order', 'did "Newsletter Read"')
    """
    return EVENTS.get(name) or f"did {quoted(name)}"


def inside(condition: Condition) -> str:
    """Return the words of a part: what is joined by "and" or "or" stands in parentheses.

    >>> inside(Any((Everyone(), Member("vip"))))
    '(everyone or in segment "vip")'
    """
    said = words(condition)
    return f"({said})" if isinstance(condition, All | Any) and len(condition.parts) > 1 else said


def span_words(span: Span) -> str:
    """Return a span of time in words, each after a space.

    >>> span_words(Span(86_400_000_000))
    ' within 24 hours'
    """
    said = ""
    if span.length is not None and span.offset:
        said += f" between {duration(span.length)} and {duration(span.offset)} ago"
    elif span.length is not None:
        said += f" within {duration(span.length)}"
    if span.since is not None:
        said += f" since {instant_text(span.since)}"
    if span.until is not None:
        said += f" until {instant_text(span.until)}"
    if span.since_last is not None:
        said += f" since the last {quoted(span.since_last)}"
        said += "" if span.since_where is None else f" that has ({words(span.since_where)})"
    if span.in_session is None:
        return said
    gap = span.in_session
    return (
        said
        + " in this session"
        + ("" if gap == SESSION else f" with pauses under {duration(gap)}")
    )


def _circumstances(asked: Measure) -> str:
    where = "" if asked.where is None else f" where ({words(asked.where)})"
    return span_words(asked.span) + where


def _asked(part: Operator, held: object, *, seconds: bool = False) -> str:
    if held is None:
        return part.label
    if part.shape is ITEM:
        return f"{part.label} ({_entries(part.shape.write(held))})"
    said = operand(part.shape.write(held), part.shape.schema, seconds=seconds)
    return f"{part.label} {said}"


def _entries(written: object) -> str:
    """Return what is asked of an entry of a list."""
    tests = cast("list[dict[str, object]]", written if isinstance(written, list) else [written])
    said = []
    for test in tests:
        part = operators[str(test["operator"])]
        value = f" {operand(test['value'], part.shape.schema)}" if "value" in test else ""
        said.append(part.label + value + (" ignoring case" if test.get("ignore_case") else ""))
    return " and ".join(said)


def _all(condition: All) -> str:
    return _joined(condition.parts, "all", "and")


def _any(condition: Any) -> str:
    return _joined(condition.parts, "any", "or")


def _joined(parts: tuple[Condition, ...], alone: str, joint: str) -> str:
    if len(parts) == 1:
        return f"{alone} of ({words(parts[0])})"
    return f" {joint} ".join(map(inside, parts))


def _not(condition: Not) -> str:
    said = inside(condition.part)
    return "did not" + said.removeprefix("did") if said.startswith('did "') else f"not {said}"


def _test(condition: Test) -> str:
    case = " ignoring case" if condition.ignore_case else ""
    said = _asked(operators[condition.operator], condition.value)
    return f"{path(condition.attribute)} {said}{case}"


def _event(condition: EventTest) -> str:
    asked = condition.measure
    if condition == EventTest(asked) and asked.kind == "count":
        return event(asked.event) + _circumstances(asked)
    times = _times(condition)
    if times:
        return f"{event(asked.event)} {times}{_circumstances(asked)}"
    part = operators[condition.operator]
    said = _asked(part, condition.value, seconds=asked.kind == "recency")
    return f"{measure(asked)} {said}"


def _times(condition: EventTest) -> str:
    """Return how often it was done, or nothing where that is not what is asked."""
    part = operators[condition.operator]
    if part.of_events:
        return _asked(part, condition.value)
    said = counted(part) if condition.measure.kind == "count" else None
    if said is None or condition.value is None:
        return ""
    written = part.shape.write(condition.value)
    if is_pair(part.shape.schema) and isinstance(written, list):
        return f"{said} {value(written[0])} and {value(written[1])} times"
    plain = isinstance(written, int | float) and not isinstance(written, bool)
    return f"{said} {many(written, 'time')}" if plain else ""  # type: ignore[arg-type]


def _same(condition: Same) -> str:
    spans = set(_spans(condition.part))
    shared = spans.pop() if len(spans) == 1 else EVER
    part = _without_span(condition.part) if shared != EVER else condition.part
    return f"for the same {path(condition.key)}{span_words(shared)} ({_bound(part)})"


def _bound(part: Condition) -> str:
    """Return what stands under ``same``, where parentheses around one thing mean "all of"."""
    alone = isinstance(part, All) and len(part.parts) == 1
    inner = part.parts[0] if alone and isinstance(part, All) else part
    return words(part if isinstance(inner, All | Any) else inner)


def _spans(part: Condition) -> list[Span]:
    if isinstance(part, All | Any):
        return [span for inner in part.parts for span in _spans(inner)]
    if isinstance(part, Not):
        return _spans(part.part)
    return [part.measure.span] if isinstance(part, EventTest) else []


def _without_span(part: Condition) -> Condition:
    if isinstance(part, All | Any):
        return type(part)(tuple(map(_without_span, part.parts)))
    if isinstance(part, Not):
        return Not(_without_span(part.part))
    assert isinstance(part, EventTest)
    return replace(part, measure=replace(part.measure, span=EVER))


def _step(step: Step) -> str:
    times = f" {many(step.times, 'time')}" if step.times > 1 else ""
    said = f"{event(step.measure.event)}{times}{_circumstances(step.measure)}"
    if not step.absent:
        return said
    return "did not" + said.removeprefix("did") if said.startswith('did "') else f"not {said}"


def _sequence(condition: Sequence) -> str:
    order = "in strict sequence" if condition.strict else "in sequence"
    steps = ", then ".join(map(_step, condition.steps))
    key = f" for the same {path(condition.key)}" if condition.key is not None else ""
    return f"{order} ({steps}){key}{span_words(condition.span)}"


def _has_been(condition: HasBeen) -> str:
    return f"has been true for {duration(condition.duration)} ({words(condition.part)})"


_SPEAKERS: Mapping[type, Callable[..., str]] = {
    Everyone: lambda _: "everyone",
    All: _all,
    Any: _any,
    Not: _not,
    Test: _test,
    Member: lambda member: f"in segment {quoted(member.segment)}",
    EventTest: _event,
    Same: _same,
    Sequence: _sequence,
    HasBeen: _has_been,
}
