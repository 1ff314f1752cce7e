"""The language as data, made from the registries: what a page needs to build any condition."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules import aggregates, durations, schema, spans
from rules.operators.items import of_single
from rules.operators.registry import Operator, operators
from rules.parser import DEEPEST, MOST_PARTS, MOST_STEPS, MOST_TIMES
from rules.phrases import EVENTS, counted, measure_words
from rules.scopes import Scope
from rules.windows.registry import kinds, sayable

LENGTH = "length"
"""The format of a duration, as ``rules.durations`` reads it."""
_PATH = {"type": "string", "attribute": Scope.WHERE.name.lower()}


def grammar(scope: Scope = Scope.SEGMENT) -> dict[str, Any]:
    """Return operators, measures and spans with their words and JSON Schemas, and what fits what.

    ``operators`` say which types of attributes they read and which measures they may be asked of;
    a schema with the key ``attribute`` is a path of that scope, the format ``LENGTH`` a duration.
    Source: docs/conditions.md.

    >>> told = grammar()
    >>> told["operators"]["at_least"]["label"], "sum" in told["operators"]["at_least"]["measures"]
    ('is at least', True)
    """
    return {
        "operators": {name: _operator(part) for name, part in operators.items()},
        "measures": {kind: _measure(kind) for kind in sayable()},
        "span": {key: _plain(schema.SPAN[key]) for key in spans.KEYS},
        "families": {one.name.lower(): list(one.value) for one in (scope, Scope.WHERE)},
        "scope": scope.name.lower(),
        "events": dict(EVENTS),
        "most": {
            "parts": MOST_PARTS,
            "depth": DEEPEST,
            "steps": MOST_STEPS,
            "times": MOST_TIMES,
        },
    }


def _operator(part: Operator) -> dict[str, Any]:
    return {
        "label": part.label,
        "doc": part.doc,
        "kinds": list(part.kinds),
        "schema": None if part.shape.name == "none" else _plain(part.shape.schema),
        "cases": part.cases,
        "of_events": part.of_events,
        "of_items": of_single(part),
        "measures": aggregates.fitted(part),
        "times": counted(part),
        "example": part.example.operand,
    }


def _measure(kind: str) -> dict[str, Any]:
    described = _plain(aggregates.described(kind, _PATH))
    return {"label": measure_words(kind), "schema": described, "answers": kinds[kind].answers}


def _plain(described: object) -> object:
    """Return a schema in which a length of time is a format, not a pattern."""
    if isinstance(described, Mapping):
        if described.get("pattern") == durations.PATTERN:
            return {"type": "string", "format": LENGTH}
        return {key: _plain(value) for key, value in described.items()}
    return [_plain(value) for value in described] if isinstance(described, list) else described
