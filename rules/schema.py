"""The JSON Schema of conditions and matrices, made from the registry: for forms and other tools.

It says what JSON Schema can say. Left to the parser are: which of two comes first, budgets, and
whether a pattern, version, network, zone, instant or polygon is one; ``BEYOND`` has the codes.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules import aggregates
from rules.expect import LONGEST_TEXT
from rules.matrix.document import LONGEST_NOTE, MOST_COLLECTED, MOST_COLUMNS, MOST_ROWS
from rules.matrix.outcome import LONGEST_NAME, MOST_LISTED, MOST_OUTPUTS
from rules.matrix.policies import AGGREGATES, POLICIES
from rules.operators.items import of_single
from rules.operators.registry import Operator, operators
from rules.operators.shapes import DURATION
from rules.parser import MOST_PARTS, MOST_STEPS, MOST_TIMES
from rules.scopes import FAMILIES, Scope

Schema = dict[str, object]

BEYOND = frozenset(
    (
        *("order", "too_deep", "too_large", "too_costly", "unbound", "duplicate", "out_of_range"),
        *("characters", "pattern", "version", "network", "zone", "instant", "date", "duration"),
        *("ring", "antimeridian", "span"),
    )
)
"""The codes of what the parser refuses and a JSON Schema cannot."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_LONGEST_PATH = 256
_LONGEST_ID = 64
_HIGHEST = 1_000_000
_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
_LABEL: Schema = {"type": "string", "maxLength": LONGEST_NAME}
_FLAG: Schema = {"type": "boolean"}
_DURATION: Schema = dict(DURATION.schema)
_INSTANT: Schema = {
    "type": "string",
    "format": "date-time",
    "minLength": 1,
    "maxLength": LONGEST_TEXT,
}
_SINGLE: Schema = {"type": ["string", "number", "boolean"], "maxLength": LONGEST_TEXT}
_LIST: Schema = {"type": "array", "items": _SINGLE, "maxItems": MOST_LISTED}
_VALUE: Schema = {"anyOf": [_SINGLE, {"type": "null"}, _LIST]}
_LAST: Schema = {
    "type": "object",
    "properties": {"event": _TEXT, "where": {"$ref": "#/$defs/where"}},
    "required": ["event"],
    "additionalProperties": False,
}
SPAN: Schema = {
    "within": _DURATION,
    "between": {"type": "array", "items": _DURATION, "minItems": 2, "maxItems": 2},
    "since": _INSTANT,
    "until": _INSTANT,
    "in_session": {"anyOf": [_FLAG, _DURATION]},
    "since_last": {"anyOf": [_TEXT, _LAST]},
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
        _record(["segments"], segments={"const": True}, label=_LABEL),
        _record(["attribute"], attribute=_path(Scope.MATRIX), label=_LABEL),
        _record(["condition"], condition=_ref("condition"), label=_LABEL),
    ]
    whole = _record(
        ["rows"],
        hit_policy={"enum": list(POLICIES)},
        slot=_LABEL,
        columns=_list({"oneOf": column}, MOST_COLUMNS),
        rows=_list(_row(), MOST_ROWS),
        fallback=_list(_TEXT, MOST_COLUMNS),
        limit={"type": "integer", "minimum": 1, "maximum": MOST_COLLECTED},
        aggregate={"enum": [None, *AGGREGATES]},
        outputs=_list(_output(), MOST_OUTPUTS),
    )
    return {"$schema": _DIALECT, **whole, "$defs": _definitions(Scope.MATRIX)}


def _row() -> Schema:
    wall: Schema = {"type": ["string", "null"]}
    active = _record(["zone"], **{"from": wall, "until": wall, "zone": _TEXT})
    return _record(
        ["id", "when", "then"],
        id={**_TEXT, "maxLength": _LONGEST_ID},
        when=_ref("condition"),
        then={
            "anyOf": [
                _then(["variant"]),
                _then(["values"]),
                _record(["experiment"], experiment=_TEXT),
            ]
        },
        rollout={"type": "number", "minimum": 0, "maximum": 100},
        priority={"type": "integer", "minimum": -_HIGHEST, "maximum": _HIGHEST},
        active={"anyOf": [active, {"type": "null"}]},
        enabled=_FLAG,
        note={"type": "string", "maxLength": LONGEST_NOTE},
        group=_LABEL,
    )


def _then(required: list[str]) -> Schema:
    values: Schema = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": MOST_OUTPUTS,
        "propertyNames": _TEXT,
        "additionalProperties": _VALUE,
    }
    return _record(required, variant=_TEXT, values=values)


def _output() -> Schema:
    listed = {**_LIST, "minItems": 1}
    return _record(["name"], name=_TEXT, label=_LABEL, values=listed, default=_VALUE)


def _definitions(scope: Scope) -> Schema:
    said: Schema = {
        "where": {"anyOf": [*_logic("where"), *_tests(Scope.WHERE)]},
        "item": {"anyOf": list(_items())},
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
        "condition": {"anyOf": shapes},
        "bound": {"anyOf": bound},
        "event": {"anyOf": [_event(), *map(_measured, _by_shape())]},
        **said,
    }


def _logic(inner: str) -> list[Schema]:
    parts = _parts(inner)
    return [
        _record(["everyone"], everyone={"const": True}),
        _record(["all"], all=parts),
        _record(["any"], any=parts),
        _record(["not"], **{"not": _ref(inner)}),
    ]


def _same() -> list[Schema]:
    key, parts = _path(Scope.WHERE), _parts("bound")
    return [_spanned(["same", word], **{"same": key, word: parts}) for word in ("all", "any")]


def _sequence() -> Schema:
    times: Schema = {"type": "integer", "minimum": 1, "maximum": MOST_TIMES}
    step = _record(["event"], event=_TEXT, where=_ref("where"), within=_DURATION, value=times)
    absent = _record(["not"], **{"not": step, "within": _DURATION})
    steps = {**_list({"oneOf": [step, absent]}, MOST_STEPS), "minItems": 1}
    return _spanned(["sequence"], sequence=steps, same=_path(Scope.WHERE), strict=_FLAG)


def _tests(scope: Scope) -> Iterable[Schema]:
    """Yield one schema for the operators of each shape, those that know case apart."""
    for group in _by_shape():
        if group[0].of_events:
            continue
        required = ["attribute", "operator", *_needed(group[0])]
        yield _record(required, attribute=_path(scope), **_asked(group), **_case(group))


def _event() -> Schema:
    return _spanned(["event"], event=_TEXT, where=_ref("where"))


def _measured(group: list[Operator]) -> Schema:
    """Return the schema of an event with an operator: what may be measured depends on that."""
    part = group[0]
    required = ["event", "operator", *_needed(part)]
    measure: Schema = {"anyOf": aggregates.schema(_path(Scope.WHERE), part)}
    if not aggregates.fits("count", part):
        required.append("measure")
    asked = _asked(group)
    return _spanned(required, event=_TEXT, where=_ref("where"), measure=measure, **asked)


def _items() -> Iterable[Schema]:
    """Yield one schema for the operators of each shape that may be asked of one entry of a list."""
    for group in _by_shape():
        single = [part for part in group if of_single(part)]
        if single:
            yield _record(["operator", *_needed(single[0])], **_asked(single), **_case(single))


def _asked(group: list[Operator]) -> Schema:
    return {"operator": {"enum": [part.name for part in group]}, "value": group[0].shape.schema}


def _case(group: list[Operator]) -> Schema:
    return {"ignore_case": _FLAG if group[0].cases else {"const": False}}


def _needed(part: Operator) -> list[str]:
    return [] if part.shape.name == "none" else ["value"]


def _by_shape() -> list[list[Operator]]:
    groups: dict[tuple[object, ...], list[Operator]] = {}
    for part in operators.values():
        fitted = tuple(aggregates.fitted(part))
        alike = (part.shape.name, part.cases, part.of_events, fitted)
        groups.setdefault(alike, []).append(part)
    return list(groups.values())


def _path(scope: Scope) -> Schema:
    families = sorted(FAMILIES.intersection(scope.value))
    pattern = rf"^({'|'.join(families)})(\.[^.]+)+$"
    return {"type": "string", "pattern": pattern, "maxLength": _LONGEST_PATH}


def _parts(inner: str) -> Schema:
    return {**_list(_ref(inner), MOST_PARTS), "minItems": 1}


def _list(inner: Schema, most: int) -> Schema:
    return {"type": "array", "items": inner, "maxItems": most}


def _spanned(required: list[str], **properties: object) -> Schema:
    """Return the schema of an object that may name a span of time, in one of the two ways."""
    both: Schema = {"required": ["within", "between"]}
    return {**_record(required, **properties, **SPAN), "not": both}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _record(required: list[str], **properties: object) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required,
        "properties": properties,
    }
