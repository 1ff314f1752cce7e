"""The JSON Schema of conditions and matrices, made from the registry: for forms and other tools.

It describes the shapes; order, budgets and patterns are the parser's to judge.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.matrix.document import MOST_COLLECTED
from rules.matrix.policies import AGGREGATES, POLICIES
from rules.operators.items import of_single
from rules.operators.registry import Operator, operators
from rules.scopes import FAMILIES, Scope
from rules.windows.registry import RATE, kinds

Schema = dict[str, object]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Schema = {"type": "string", "minLength": 1}
_FLAG: Schema = {"type": "boolean"}
_DURATION: Schema = {"type": "string"}
_INSTANT: Schema = {"type": "string", "format": "date-time"}
_SINGLE: Schema = {"type": ["string", "number", "boolean"]}
_LIST: Schema = {"type": "array", "items": _SINGLE}
_VALUE: Schema = {"anyOf": [_SINGLE, {"type": "null"}, _LIST]}
_SPAN: Schema = {
    "within": _DURATION,
    "between": {"type": "array", "items": _DURATION, "minItems": 2, "maxItems": 2},
    "since": _INSTANT,
    "until": _INSTANT,
    "in_session": _FLAG,
}


def condition(scope: Scope) -> Schema:
    """Return the JSON Schema (2020-12) of a condition in this scope.

    >>> condition(Scope.WHERE)["$ref"]
    '#/$defs/condition'
    """
    return {"$schema": _DIALECT, "$ref": "#/$defs/condition", "$defs": _definitions(scope)}


def matrix() -> Schema:
    """Return the JSON Schema (2020-12) of a matrix document.

    >>> matrix()["required"]
    ['rows']
    """
    column = [
        _record(["segments"], segments={"const": True}, label={"type": "string"}),
        _record(["attribute"], attribute=_path(Scope.MATRIX), label={"type": "string"}),
        _record(["condition"], condition=_ref("condition"), label={"type": "string"}),
    ]
    whole = _record(
        ["rows"],
        hit_policy={"enum": list(POLICIES)},
        slot={"type": "string"},
        columns={"type": "array", "items": {"oneOf": column}},
        rows={"type": "array", "items": _row()},
        fallback={"type": "array", "items": _TEXT},
        limit={"type": "integer", "minimum": 1, "maximum": MOST_COLLECTED},
        aggregate={"enum": [None, *AGGREGATES]},
        outputs={"type": "array", "items": _output()},
    )
    return {"$schema": _DIALECT, **whole, "$defs": _definitions(Scope.MATRIX)}


def _row() -> Schema:
    wall: Schema = {"type": ["string", "null"]}
    active = _record(["zone"], **{"from": wall, "until": wall, "zone": _TEXT})
    return _record(
        ["id", "when", "then"],
        id=_TEXT,
        when=_ref("condition"),
        then={"anyOf": [_then(["variant"]), _then(["values"])]},
        rollout={"type": "number", "minimum": 0, "maximum": 100},
        priority={"type": "integer"},
        active={"anyOf": [active, {"type": "null"}]},
        enabled=_FLAG,
        note={"type": "string"},
    )


def _then(required: list[str]) -> Schema:
    values: Schema = {"type": "object", "minProperties": 1, "additionalProperties": _VALUE}
    return _record(required, variant=_TEXT, values=values)


def _output() -> Schema:
    listed: Schema = {"type": "array", "items": _SINGLE, "minItems": 1}
    label: Schema = {"type": "string"}
    return _record(["name"], name=_TEXT, label=label, values=listed, default=_VALUE)


def _definitions(scope: Scope) -> Schema:
    said: Schema = {
        "where": {"oneOf": [*_logic("where"), *_tests(Scope.WHERE)]},
        "item": {"oneOf": list(_items())},
    }
    if scope is Scope.WHERE:
        return {"condition": _ref("where"), **said}
    shapes = [
        *_logic("condition"),
        *_tests(scope),
        _record(["segment"], segment=_TEXT),
        _ref("event"),
        *_same(),
        _record(["has_been", "for"], **{"has_been": _ref("condition"), "for": _DURATION}),
        _sequence(),
    ]
    bound = [_ref("event"), *(shape for shape in _logic("bound") if "everyone" not in str(shape))]
    return {
        "condition": {"oneOf": shapes},
        "bound": {"oneOf": bound},
        "event": {"oneOf": [_event(), *(_event(group) for group in _by_shape())]},
        **said,
    }


def _logic(inner: str) -> list[Schema]:
    parts: Schema = {"type": "array", "minItems": 1, "items": _ref(inner)}
    return [
        _record(["everyone"], everyone={"const": True}),
        _record(["all"], all=parts),
        _record(["any"], any=parts),
        _record(["not"], **{"not": _ref(inner)}),
    ]


def _same() -> list[Schema]:
    parts: Schema = {"type": "array", "minItems": 1, "items": _ref("bound")}
    key = _path(Scope.WHERE)
    return [
        _record(["same", word], **{"same": key, word: parts, **_SPAN}) for word in ("all", "any")
    ]


def _sequence() -> Schema:
    times: Schema = {"type": "integer", "minimum": 1}
    step = _record(["event"], event=_TEXT, where=_ref("where"), within=_DURATION, value=times)
    absent = _record(["not"], **{"not": step, "within": _DURATION})
    steps: Schema = {"type": "array", "minItems": 1, "items": {"oneOf": [step, absent]}}
    return _record(
        ["sequence"], **{"sequence": steps, "same": _path(Scope.WHERE), "strict": _FLAG, **_SPAN}
    )


def _tests(scope: Scope) -> Iterable[Schema]:
    """Yield one schema for the operators of each shape, those that know case apart."""
    for group in _by_shape():
        if group[0].of_events:
            continue
        asked = {"attribute": _path(scope), **_asked(group)}
        if group[0].cases:
            asked["ignore_case"] = _FLAG
        required = ["attribute", "operator", *(["value"] if _has_value(group[0]) else [])]
        yield _record(required, **asked)


def _items() -> Iterable[Schema]:
    """Yield one schema for the operators of each shape that may be asked of one entry of a list."""
    for group in _by_shape():
        single = [part for part in group if of_single(part)]
        if not single:
            continue
        asked = _asked(single)
        if single[0].cases:
            asked["ignore_case"] = _FLAG
        yield _record(["operator", *(["value"] if _has_value(single[0]) else [])], **asked)


def _event(group: list[Operator] | None = None) -> Schema:
    measured: Schema = {"event": _TEXT, "where": _ref("where"), **_SPAN}
    if group is None:
        return _record(["event"], **measured)
    aggregates: Schema = {"enum": ["count", "recency"]}
    of_path = [_record([kind], **{kind: _path(Scope.WHERE)}) for kind in kinds]
    of_path.append(_record([RATE], **{RATE: _TEXT}))
    measured["measure"] = {"anyOf": [aggregates, *of_path]}
    required = ["event", "operator", *(["value"] if _has_value(group[0]) else [])]
    return _record(required, **measured, **_asked(group))


def _asked(group: list[Operator]) -> Schema:
    asked: Schema = {"operator": {"enum": [part.name for part in group]}}
    return asked | ({"value": group[0].shape.schema} if _has_value(group[0]) else {})


def _has_value(part: Operator) -> bool:
    return part.shape.name != "none"


def _by_shape() -> list[list[Operator]]:
    groups: dict[tuple[str, bool, bool], list[Operator]] = {}
    for part in operators.values():
        groups.setdefault((part.shape.name, part.cases, part.of_events), []).append(part)
    return list(groups.values())


def _path(scope: Scope) -> Schema:
    families = sorted(FAMILIES.intersection(scope.value))
    return {"type": "string", "pattern": rf"^({'|'.join(families)})(\.[^.]+)+$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _record(required: list[str], **properties: object) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }
