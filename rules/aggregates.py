"""The aggregate of a measure in JSON: its kind and what that is asked of, read and written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from rules import durations, expect
from rules.conditions import Measure, Span
from rules.errors import InvalidError
from rules.operators.described import record_of
from rules.operators.registry import Operator
from rules.operators.shapes import BUCKET
from rules.scopes import Scope, attribute
from rules.windows.begun import moves
from rules.windows.last_values import MOST
from rules.windows.registry import kinds, sayable
from rules.windows.window import ANYTHING, EVENT, NOTHING, PATH, SCORE, VALUES

LONGEST_NAME = 200
"""The longest name of an event."""
_SHAPES = frozenset(("single", "singles", "number", "pair", "none"))
"""The operands whose borders tell when a value that moves with the clock passes them."""


class Aggregate(NamedTuple):
    """A kind of measure, the path or event it is of, and what else it asks for."""

    kind: str
    path: str | None = None
    setting: object = None


def read(raw: object, at: str) -> Aggregate:
    """Return the aggregate a JSON value says, or raise ``InvalidError`` with a JSON pointer.

    >>> read({"sum": "properties.revenue"}, "/measure")
    Aggregate(kind='sum', path='properties.revenue', setting=None)
    >>> read({"decayed": {"half_life": "7d"}}, "/measure").setting == 7 * durations.DAY
    True
    """
    known = sayable()
    kind, of = next(iter(raw.items())) if isinstance(raw, dict) and len(raw) == 1 else (raw, None)
    if not isinstance(kind, str) or kind not in known:
        raise InvalidError(at, "measure", f"expected one of {', '.join(known)}")
    takes = kinds[kind].takes
    if takes == NOTHING:
        if isinstance(raw, dict):
            raise InvalidError(at, "measure", f"{kind} asks for no attribute")
        return Aggregate(kind)
    if of is None:
        raise InvalidError(at, "measure", f'expected {{"{kind}": {_EXPECTED[takes]}}}')
    return _READERS[takes](kind, of, f"{at}/{kind}")


def written(measure: Measure) -> object:
    """Return the JSON that says a measure's aggregate; ``read`` brings it back.

    >>> written(Measure("Order Completed", kind="sum", path="properties.revenue"))
    {'sum': 'properties.revenue'}
    """
    kind, of = measure.kind, {} if measure.path is None else {"of": measure.path}
    if kinds[kind].takes == SCORE:
        assert isinstance(measure.setting, int)
        return {kind: {"half_life": durations.text(measure.setting), **of}}
    if kinds[kind].takes == VALUES:
        return {kind: {**of, "most": measure.setting}}
    if measure.path is not None:
        return {kind: measure.path}
    return kind if measure.setting is None else {kind: measure.setting}


def fits(kind: str, part: Operator) -> bool:
    """Tell whether an operator may be asked of what a kind of measure answers.

    >>> from rules.operators.registry import operators
    >>> fits("sum", operators["at_least"]), fits("sum", operators["starts_with"])
    (True, False)
    """
    if part.of_events:
        return kind == "count"
    found = kinds[kind]
    if found.drifts and part.shape.name not in _SHAPES:
        return False
    if found.millionths and part.shape.name == BUCKET.name:
        return False  # millionths are no number that anybody drew a share of
    return found.answers == ANYTHING or not set(found.answers).isdisjoint(part.kinds)


def fitted(part: Operator) -> list[str]:
    """Return the kinds of measures an operator may be asked of.

    >>> from rules.operators.registry import operators
    >>> fitted(operators["has_any"])
    ['first', 'last', 'last_values', 'most_frequent']
    """
    return [kind for kind in sayable() if fits(kind, part)]


def fit(kind: str, part: Operator, at: str) -> None:
    """Raise ``InvalidError`` where an operator may not be asked of a kind of measure.

    >>> from rules.operators.registry import operators
    >>> fit("count", operators["at_least"], "")
    """
    if fits(kind, part):
        return
    if part.of_events:
        raise InvalidError(f"{at}/measure", "measure", f"{part.name} asks for no measure")
    expected = f"expected an operator that {kind} can be asked, which is a {kinds[kind].answers[0]}"
    raise InvalidError(f"{at}/operator", "measure", expected)


def bounded(kind: str, setting: object, span: Span, at: str) -> None:
    """Raise ``InvalidError`` with the code ``span`` for a span that a kind of window cannot have.

    >>> bounded("count", None, Span(10), "")
    """
    if kind == "decayed" and (span.length is not None or moves(span)):
        expected = "expected no within, between, in_session or since_last: what is past fades"
        raise InvalidError(at, "span", expected)
    if kind == "regularly" and isinstance(setting, tuple):
        _, of, each = setting
        narrow = span.length is not None and span.length < of * each
        if narrow or span.offset or moves(span):
            expected = "expected no span, or one that begins before all of the periods"
            raise InvalidError(at, "span", expected)


def schema(path: Mapping[str, object], part: Operator) -> list[dict[str, object]]:
    """Return the JSON Schemas of the aggregates an operator may be asked of.

    >>> from rules.operators.registry import operators
    >>> len(schema({}, operators["has_any"]))
    4
    """
    fitting = fitted(part)
    plain = [kind for kind in fitting if kinds[kind].takes == NOTHING]
    found: list[dict[str, object]] = [{"enum": plain}] if plain else []
    for kind in fitting:
        takes = kinds[kind].takes
        if takes != NOTHING:
            found.append(record_of([kind], **{kind: described(kind, path)}))
    return found


def described(kind: str, path: Mapping[str, object]) -> object:
    """Return the JSON Schema of what a kind of measure is asked of; ``None`` where of nothing.

    >>> described("count", {}), described("sum", {"type": "string"})
    (None, {'type': 'string'})
    """
    takes = kinds[kind].takes
    return None if takes == NOTHING else _DESCRIBED[takes](path)


def _path(kind: str, raw: object, at: str) -> Aggregate:
    return Aggregate(kind, attribute(raw, at, Scope.WHERE))


def _event(kind: str, raw: object, at: str) -> Aggregate:
    return Aggregate(kind, expect.text(raw, at, LONGEST_NAME))


def _score(kind: str, raw: object, at: str) -> Aggregate:
    said = expect.record(raw, at, ("half_life",), ("of",))
    path = attribute(said["of"], f"{at}/of", Scope.WHERE) if "of" in said else None
    return Aggregate(kind, path, durations.parse(said["half_life"], f"{at}/half_life"))


def _values(kind: str, raw: object, at: str) -> Aggregate:
    said = expect.record(raw, at, ("of", "most"))
    most = expect.whole(said["most"], f"{at}/most", 1, MOST)
    return Aggregate(kind, attribute(said["of"], f"{at}/of", Scope.WHERE), most)


_EXPECTED: Mapping[str, str] = {
    PATH: '"properties..."',
    EVENT: '"another event"',
    SCORE: '{"half_life": "7d"}',
    VALUES: '{"of": "properties...", "most": 5}',
}
_READERS: Mapping[str, Callable[[str, object, str], Aggregate]] = {
    PATH: _path,
    EVENT: _event,
    SCORE: _score,
    VALUES: _values,
}
_NAME = {"type": "string", "minLength": 1, "maxLength": LONGEST_NAME}
_MOST = {"type": "integer", "minimum": 1, "maximum": MOST}
_DURATION = {"type": "string", "pattern": durations.PATTERN}
_DESCRIBED: Mapping[str, Callable[[Mapping[str, object]], object]] = {
    PATH: lambda path: path,
    EVENT: lambda _path: _NAME,
    SCORE: lambda path: record_of(["half_life"], half_life=_DURATION, of=path),
    VALUES: lambda path: record_of(["of", "most"], of=path, most=_MOST),
}
