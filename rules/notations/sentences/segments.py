"""A segment as text: what it is called, how firmly it holds, and the sentence that says who."""

from __future__ import annotations

from collections.abc import Mapping

from rules import durations, segment
from rules.notations.sentences.conditions import condition
from rules.notations.sentences.events import Parts
from rules.notations.sentences.lines import indented, lines
from rules.notations.sentences.operands import operand, text
from rules.notations.sentences.said import Said, record
from rules.notations.sentences.tokens import Cursor
from rules.phrases import Words
from rules.segment import Segment
from rules.spelling import Schema, quoted
from rules.spelling import operand as said_operand

ROOM = 88
"""A sentence longer than this is broken into lines."""

_LENGTH: Schema = {"pattern": durations.PATTERN}
_HEAD: Mapping[str, Schema] = {"name": {}, "description": {}, "visible": {}}
_STABILITY: Mapping[str, Schema] = {
    "enter_after": _LENGTH,
    "exit_after": _LENGTH,
    "min_stay": _LENGTH,
    "max_moves_per_day": {},
}
_KEYS: Mapping[Words, str] = {tuple(key.split("_")): key for key in (*_HEAD, *_STABILITY)}
_SHOWN = ", ".join(map(" ".join, _KEYS))


def said(text_of: str) -> Said:
    """Return the JSON that the text of a segment says; ``TextError`` with its line and column.

    >>> said('segment "all" when everyone').document
    {'segment': 'all', 'when': {'everyone': True}}
    """
    cursor = Cursor(text_of)
    if not cursor.take("segment") or cursor.kind != "string":
        raise cursor.error('expected segment and its name in quotes, like segment "vip"')
    start = cursor.at
    found: Parts = {"segment": Said(text(cursor), start)}
    held: Parts = {}
    while not cursor.is_at("when"):
        _setting(cursor, found, held)
    cursor.next()
    found["when"] = condition(cursor)
    if cursor.kind != "end":
        raise cursor.error("expected and, or, or the end")
    if held:
        found["stability"] = record(start, **held)
    return record(0, **found)


def written(one: Segment) -> str:
    """Return the text of a segment; ``said`` reads it back.

    >>> from rules.conditions import Member
    >>> print(written(Segment("keen", Member("vip"), visible=True)), end="")
    segment "keen"
    visible true
    <BLANKLINE>
    when in segment "vip"
    """
    document = segment.document(one)
    held = segment.stability_document(one.stability)
    head = [f"segment {quoted(one.slug)}"]
    head += [_line(key, document[key], _HEAD[key]) for key in _HEAD if key in document]
    head += [_line(key, held[key], _STABILITY[key]) for key in _STABILITY if key in held]
    first, *others = lines(one.when, ROOM)
    return "\n".join([*head, "", f"when {first}", *indented(others)]) + "\n"


def _setting(cursor: Cursor, found: Parts, held: Parts) -> None:
    start = cursor.at
    key = cursor.phrase(_KEYS)
    if key is None:
        raise cursor.error(f"expected when, {_SHOWN}")
    into, schemas = (found, _HEAD) if key in _HEAD else (held, _STABILITY)
    if key in into:
        raise cursor.error(f"expected {key.replace('_', ' ')} once", "duplicate", start)
    into[key] = operand(cursor, schemas[key])


def _line(key: str, value: object, schema: Schema) -> str:
    return f"{key.replace('_', ' ')} {said_operand(value, schema)}"
