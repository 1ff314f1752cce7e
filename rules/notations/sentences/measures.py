"""Measures in a sentence: an aggregate, what it is of, and the operator it is asked with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules.notations.sentences.events import (
    Parts,
    Where,
    circumstance,
    named,
    operator,
    path,
    value,
)
from rules.notations.sentences.operands import duration, operand
from rules.notations.sentences.said import Said, record
from rules.notations.sentences.tokens import Cursor
from rules.phrases import measures
from rules.windows.registry import kinds
from rules.windows.window import EVENT, SCORE, VALUES


def measured(cursor: Cursor, where: Where) -> Said:
    """Return the condition that a measure and an operator say: ``the sum of ... is at least 100``.

    >>> said = 'the time since "A" is more than 7 days'
    >>> measured(Cursor(said), lambda cursor: Said(None, 0)).document["value"]
    604800
    """
    start = cursor.at
    measure = aggregate(cursor, where)
    at, part = cursor.at, operator(cursor)
    said: Parts = {"operator": Said(part.name, at)}
    if part.shape.name != "none":
        seconds = "measure" in measure and measure["measure"].document == "recency"
        said["value"] = value(cursor, part, seconds=seconds)
    return record(start, **measure, **said)


def aggregate(cursor: Cursor, where: Where) -> Parts:
    """Take a measure, ``the sum of properties.revenue in "A" within 7 days``, as its JSON's parts.

    >>> measure = aggregate(Cursor('the last properties.x in "A"'), lambda cursor: Said(None, 0))
    >>> measure["measure"].document
    {'last': 'properties.x'}
    """
    cursor.expect("the")
    start = cursor.at
    kind = cursor.phrase(measures())
    if kind is None:
        known = ", ".join(map(" ".join, measures()))
        raise cursor.error(f"expected a measure: {known}")
    found: Parts = {}
    takes = kinds[kind].takes
    if takes in _ASKED:
        found["measure"] = record(start, **{kind: _ASKED[takes](cursor)})
        cursor.expect("in")
    elif cursor.kind == "path":
        found["measure"] = record(start, **{kind: path(cursor)})
        cursor.expect("in")
    elif kind != "count":
        found["measure"] = Said(kind, start)
    found = {"event": named(cursor, "in"), **found}
    while circumstance(cursor, found, where):
        pass
    return found


def _rate(cursor: Cursor) -> Said:
    return named(cursor, "per")


def _score(cursor: Cursor) -> Said:
    start, found = cursor.at, Parts()
    if cursor.take("of"):
        found["of"] = path(cursor)
    cursor.expect("halving", "every")
    return record(start, half_life=duration(cursor), **found)


def _values(cursor: Cursor) -> Said:
    start = cursor.at
    if cursor.kind != "number":
        raise cursor.error("expected how many values, like 5 values")
    most = operand(cursor, {})
    if not (cursor.take("values") or cursor.take("value")):
        raise cursor.error("expected values")
    cursor.expect("of")
    return record(start, most=most, of=path(cursor))


_ASKED: Mapping[str, Callable[[Cursor], Said]] = {EVENT: _rate, SCORE: _score, VALUES: _values}
