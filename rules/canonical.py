"""Frozen data back to the JSON it came from, and the name of a thing by what it says."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from hashlib import blake2b

from rules import aggregates, durations, spans
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
    Step,
    Test,
)
from rules.operators.registry import operators
from rules.values import unscaled
from rules.windows.points import Part, Score

Document = dict[str, object]


def document(condition: Condition | Measure) -> Document:
    """Return the canonical JSON of a condition or measure; the parser reads the same thing back.

    >>> document(Test("traits.plan", "equals", "pro"))
    {'attribute': 'traits.plan', 'operator': 'equals', 'value': 'pro'}
    """
    return _WRITERS[type(condition)](condition)


def digest(thing: object) -> str:
    """Return 32 hex digits that name a condition, a measure or any JSON value by its content.

    Source: BLAKE2b (RFC 7693), 16 bytes, over JSON with sorted keys and no white space.

    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
    True
    """
    plain = document(thing) if type(thing) in _WRITERS else thing  # type: ignore[arg-type]
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _operand(operator: str, value: object) -> Document:
    written = operators[operator].shape.write(value) if value is not None else None
    return {"operator": operator} | ({} if written is None else {"value": written})


def _test(test: Test) -> Document:
    said = {"attribute": test.attribute, **_operand(test.operator, test.value)}
    return {**said, "ignore_case": True} if test.ignore_case else said


def _measure(measure: Measure) -> Document:
    if isinstance(measure.setting, Score):
        return _score(measure.setting)
    said: Document = {"event": measure.event}
    if measure.where is not None:
        said["where"] = document(measure.where)
    said |= spans.document(measure.span, document)
    if measure.kind != "count":
        said["measure"] = aggregates.written(measure)
    return said


def _score(score: Score) -> Document:
    said: Document = {"weighted": [_part(part) for part in score.parts]}
    if score.base:
        said["base"] = unscaled(score.base)
    return said | _clamp(score.low, score.high)


def _part(part: Part) -> Document:
    said: Document = {"of": _measure(part.measure), "weight": unscaled(part.weight)}
    if part.points:
        borders, points = map(unscaled, part.borders), map(unscaled, part.points)
        said["bands"] = {"from": [*borders], "points": [*points]}
    if part.unknown is not None:
        said["unknown"] = unscaled(part.unknown)
    return said | _clamp(part.low, part.high)


def _clamp(low: int | None, high: int | None) -> Document:
    if low is None and high is None:
        return {}
    return {"clamp": [None if bound is None else unscaled(bound) for bound in (low, high)]}


def _event_test(test: EventTest) -> Document:
    said = _measure(test.measure)
    if test == EventTest(test.measure) and "measure" not in said:
        return said
    return said | _operand(test.operator, test.value)


def _same(same: Same) -> Document:
    part = same.part if isinstance(same.part, All | Any) else All((same.part,))
    return {"same": same.key, **document(part)}


def _step(step: Step) -> Document:
    said = _measure(step.measure)
    within = {"within": said.pop("within")} if step.absent and "within" in said else {}
    if step.times != 1:
        said["value"] = step.times
    return {"not": said, **within} if step.absent else said


def _sequence(sequence: Sequence) -> Document:
    said: Document = {"sequence": [_step(step) for step in sequence.steps]}
    said |= spans.document(sequence.span, document)
    if sequence.key is not None:
        said["same"] = sequence.key
    return {**said, "strict": True} if sequence.strict else said


_WRITERS: Mapping[type, Callable[..., Document]] = {
    Everyone: lambda _: {"everyone": True},
    All: lambda part: {"all": [document(inner) for inner in part.parts]},
    Any: lambda part: {"any": [document(inner) for inner in part.parts]},
    Not: lambda part: {"not": document(part.part)},
    Test: _test,
    Member: lambda part: {"segment": part.segment},
    Measure: _measure,
    EventTest: _event_test,
    Same: _same,
    Sequence: _sequence,
    HasBeen: lambda part: {"has_been": document(part.part), "for": durations.text(part.duration)},
}
