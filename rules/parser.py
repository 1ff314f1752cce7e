"""The JSON of a condition becomes frozen data, strictly: what is not understood is refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules import aggregates, budgets, durations, expect, sequencing, spans, weighted
from rules.aggregates import LONGEST_NAME
from rules.budgets import Budget
from rules.compiler import operand
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
from rules.errors import InvalidError
from rules.operators.registry import Operator, operators
from rules.scopes import Scope, attribute

DEEPEST = 16
MOST_PARTS = 512
MOST_EVENTS = 64
MOST_STEPS = 16
MOST_TIMES = 10_000

_MEASURED = ("where", *spans.KEYS, "measure")
_ASKED = ("operator", "value")


def parse(
    document: object, *, scope: Scope, at: str = "", budget: Budget | None = None
) -> Condition:
    """Return the condition a JSON document says, or raise ``InvalidError`` with a JSON pointer.

    ``at`` is where the document stands in a larger one, ``budget`` what that one may still cost.
    Source: docs/conditions.md.

    >>> parse({"all": [{"segment": "vip"}, {"everyone": True}]}, scope=Scope.MATRIX)
    All(parts=(Member(segment='vip'), Everyone()))
    """
    return _Reader(scope, budget).condition(document, at, 1)


def parse_measure(document: object, *, at: str = "") -> Measure:
    """Return the measure a feature's JSON says: an event, a filter, a span and an aggregate.

    Or a score that weighs several of them (``rules.weighted``).

    >>> parse_measure({"event": "Order Completed", "measure": {"sum": "properties.revenue"}}).kind
    'sum'
    """
    if isinstance(document, dict) and weighted.KEY in document:
        return weighted.read(document, at, lambda part, place: parse_measure(part, at=place))
    measured = expect.record(document, at, ("event",), _MEASURED)
    return _Reader(Scope.SEGMENT).measure(measured, at, 1, spans.EVER)


class _Reader:
    """One reading of one document: its scope, and how much of the budget is used up."""

    def __init__(self, scope: Scope, whole: Budget | None = None) -> None:
        self.scope = scope
        self.budget = Budget(budgets.CONDITION, whole)
        self.parts = 0
        self.events = 0
        self.shapes: Mapping[str, Callable[[object, str, int], Condition]] = {
            "sequence": self._sequence,
            "has_been": self._has_been,
            "same": self._same,
            "everyone": self._everyone,
            "all": lambda raw, at, depth: All(self._parts(raw, at, "all", depth)),
            "any": lambda raw, at, depth: Any(self._parts(raw, at, "any", depth)),
            "not": self._not,
            "attribute": self._test,
            "segment": self._member,
            "event": self._event,
        }

    def condition(self, raw: object, at: str, depth: int) -> Condition:
        """Read one node, whatever its shape."""
        self.parts += 1
        if depth > DEEPEST:
            raise InvalidError(at, "too_deep", f"expected at most {DEEPEST} levels")
        if self.parts > MOST_PARTS:
            raise InvalidError(at, "too_large", f"expected at most {MOST_PARTS} parts")
        if not isinstance(raw, dict):
            raise InvalidError(at, "type", "expected an object that is a condition")
        shape = next((key for key in self.shapes if key in raw), None)
        if shape is None:
            raise InvalidError(at, "shape", f"expected one of the keys {', '.join(self.shapes)}")
        return self.shapes[shape](raw, at, depth)

    def _parts(self, raw: object, at: str, key: str, depth: int) -> tuple[Condition, ...]:
        entries = expect.items(expect.record(raw, at, (key,))[key], f"{at}/{key}", MOST_PARTS)
        return tuple(
            self.condition(entry, f"{at}/{key}/{i}", depth + 1) for i, entry in enumerate(entries)
        )

    def _not(self, raw: object, at: str, depth: int) -> Condition:
        return Not(self.condition(expect.record(raw, at, ("not",))["not"], f"{at}/not", depth + 1))

    def _everyone(self, raw: object, at: str, _depth: int) -> Condition:
        if expect.record(raw, at, ("everyone",))["everyone"] is not True:
            raise InvalidError(f"{at}/everyone", "value", "expected true")
        return Everyone()

    def _test(self, raw: object, at: str, _depth: int) -> Condition:
        test = expect.record(raw, at, ("attribute", "operator"), ("value", "ignore_case"))
        path = attribute(test["attribute"], f"{at}/attribute", self.scope)
        part = _operator(test["operator"], f"{at}/operator")
        if part.of_events:
            raise InvalidError(f"{at}/operator", "operator", f"{part.name} is asked of events")
        ignore_case = expect.flag(test.get("ignore_case", False), f"{at}/ignore_case")
        if ignore_case and not part.cases:
            raise InvalidError(f"{at}/ignore_case", "value", f"{part.name} knows no case")
        value = self._value(part, test.get("value"), f"{at}/value")
        for beside in part.reads(value):
            attribute(beside, f"{at}/value", self.scope)
        return Test(path, part.name, value, ignore_case)

    def _value(self, part: Operator, raw: object, at: str) -> object:
        self.budget.spend(part.shape.cost(raw), at)
        return part.shape.read(raw, at)

    def _member(self, raw: object, at: str, _depth: int) -> Condition:
        self._beside_events(at, "a segment")
        return Member(_name(expect.record(raw, at, ("segment",))["segment"], f"{at}/segment"))

    def _event(self, raw: object, at: str, depth: int) -> Condition:
        return self._event_test(raw, at, depth, spans.EVER)

    def _event_test(self, raw: object, at: str, depth: int, span: spans.Given) -> EventTest:
        asked = expect.record(raw, at, ("event",), (*_MEASURED, *_ASKED))
        measure = self.measure(asked, at, depth, span)
        if "operator" not in asked:
            if "value" in asked or "measure" in asked:
                raise InvalidError(at, "missing", "expected an operator beside measure and value")
            return EventTest(measure)
        part = _operator(asked["operator"], f"{at}/operator")
        aggregates.fit(measure.kind, part, at)
        value = self._value(part, asked.get("value"), f"{at}/value")
        for beside in part.reads(value):
            attribute(beside, f"{at}/value", self.scope)
        if part.of_events:
            aggregates.bounded(part.name, value, measure.span, at)
        test = EventTest(measure, part.name, value)
        operand(test, f"{at}/value")
        return test

    def measure(self, raw: Mapping[str, object], at: str, depth: int, span: spans.Given) -> Measure:
        """Read the event, filter, span and aggregate of an object whose keys are checked."""
        self._beside_events(at, "an event")
        self.events += 1
        if self.events > MOST_EVENTS:
            raise InvalidError(at, "too_costly", f"expected at most {MOST_EVENTS} event conditions")
        where = self._where(raw["where"], f"{at}/where", depth + 1) if "where" in raw else None
        aggregate = aggregates.read(raw.get("measure", "count"), f"{at}/measure")
        name, said = _name(raw["event"], f"{at}/event"), self._span(raw, at, depth, span)
        aggregates.bounded(aggregate.kind, aggregate.setting, said, at)
        return Measure(name, where, said, *aggregate)

    def _span(
        self, raw: Mapping[str, object], at: str, depth: int, default: spans.Given
    ) -> spans.Given:
        return spans.read(raw, at, default, lambda said, place: self._where(said, place, depth + 1))

    def _where(self, raw: object, at: str, depth: int) -> Condition:
        outer, self.scope = self.scope, Scope.WHERE
        where = self.condition(raw, at, depth)
        self.scope = outer
        return where

    def _same(self, raw: object, at: str, depth: int) -> Condition:
        self._beside_events(at, "same")
        kind = "any" if isinstance(raw, dict) and "any" in raw else "all"
        same = expect.record(raw, at, ("same", kind), spans.KEYS)
        span = self._span(same, at, depth, spans.EVER)
        part = self._bound({kind: same[kind]}, at, depth, span)
        if not _binds(part):
            raise InvalidError(at, "unbound", "expected an event that is not negated")
        return Same(attribute(same["same"], f"{at}/same", Scope.WHERE), part)

    def _bound(self, raw: object, at: str, depth: int, span: spans.Given) -> Condition:
        """Read what stands under ``same``: all, any, not and events; its span is their default."""
        self.parts += 1
        if depth > DEEPEST or self.parts > MOST_PARTS:
            raise InvalidError(at, "too_large", f"expected {MOST_PARTS} parts in {DEEPEST} levels")
        if isinstance(raw, dict) and "event" in raw:
            return self._event_test(raw, at, depth, span)
        shapes = ("all", "any", "not")
        key = next((key for key in shapes if isinstance(raw, dict) and key in raw), None)
        if key is None:
            raise InvalidError(at, "shape", "expected event, all, any or not under same")
        inner = expect.record(raw, at, (key,))[key]
        if key == "not":
            return Not(self._bound(inner, f"{at}/not", depth + 1, span))
        parts = tuple(
            self._bound(entry, f"{at}/{key}/{i}", depth + 1, span)
            for i, entry in enumerate(expect.items(inner, f"{at}/{key}", MOST_PARTS))
        )
        return All(parts) if key == "all" else Any(parts)

    def _sequence(self, raw: object, at: str, depth: int) -> Condition:
        self._beside_events(at, "a sequence")
        found = expect.record(raw, at, ("sequence",), ("same", "strict", *spans.KEYS))
        entries = expect.items(found["sequence"], f"{at}/sequence", MOST_STEPS)
        steps = tuple(
            self._step(entry, f"{at}/sequence/{i}", depth + 1) for i, entry in enumerate(entries)
        )
        key = attribute(found["same"], f"{at}/same", Scope.WHERE) if "same" in found else None
        strict = expect.flag(found.get("strict", False), f"{at}/strict")
        sequence = Sequence(steps, self._span(found, at, depth, spans.EVER), key, strict)
        sequencing.check(sequence, at)
        return sequence

    def _step(self, raw: object, at: str, depth: int) -> Step:
        absent = isinstance(raw, dict) and "not" in raw
        outer = expect.record(raw, at, ("not",), ("within",)) if absent else {}
        inner_at = f"{at}/not" if absent else at
        inner = expect.record(
            outer.get("not", raw), inner_at, ("event",), ("where", "within", "value")
        )
        within = {key: value for key, value in {**inner, **outer}.items() if key != "not"}
        measure = self.measure(within, inner_at, depth, spans.EVER)
        times = expect.whole(inner.get("value", 1), f"{inner_at}/value", 1, MOST_TIMES)
        return Step(measure, times, absent)

    def _has_been(self, raw: object, at: str, depth: int) -> Condition:
        self._beside_events(at, "has_been")
        held = expect.record(raw, at, ("has_been", "for"))
        part = self.condition(held["has_been"], f"{at}/has_been", depth + 1)
        return HasBeen(part, durations.parse(held["for"], f"{at}/for"))

    def _beside_events(self, at: str, what: str) -> None:
        if self.scope is Scope.WHERE:
            raise InvalidError(at, "scope", f"{what} cannot be asked of a single event")


def _name(raw: object, at: str) -> str:
    return expect.text(raw, at, LONGEST_NAME)


def _operator(raw: object, at: str) -> Operator:
    if not isinstance(raw, str) or raw not in operators:
        raise InvalidError(at, "operator", f"expected one of {', '.join(sorted(operators))}")
    return operators[raw]


def _binds(part: Condition) -> bool:
    """Tell whether some event that must have happened can bind the key."""
    if isinstance(part, All):
        return any(_binds(inner) for inner in part.parts)
    if isinstance(part, Any):
        return all(_binds(inner) for inner in part.parts)
    return isinstance(part, EventTest)
