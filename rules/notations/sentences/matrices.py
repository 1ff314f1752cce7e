"""A matrix as text: what holds for all of it, then one block of lines a row, then the fallback."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

from rules import schema
from rules.conditions import Condition
from rules.matrix.document import MOST_ROWS, Column, Matrix, document, parse
from rules.notations.sentences.conditions import condition
from rules.notations.sentences.events import Parts, path
from rules.notations.sentences.lines import indented, lines
from rules.notations.sentences.operands import operand, text
from rules.notations.sentences.said import Said, listed, record
from rules.notations.sentences.tokens import MOST, Cursor
from rules.phrases import Words
from rules.spelling import Schema, properties, quoted
from rules.spelling import operand as said_operand
from rules.spelling import path as said_path
from rules.wording import words

LONGEST = 8_000_000
"""So many characters the text of a matrix may have."""
ROOM = 88
"""A sentence longer than this is broken into lines."""

_STRUCTURE = ("rows", "columns")
_ROW = ("id", "when")
_LAST = "fallback"


def said(text: str) -> tuple[Cursor, Said]:
    """Return the JSON that the text of a matrix says, and the cursor at its end.

    >>> said('row "a" when everyone then variant "sale"')[1].document["rows"][0]["then"]
    {'variant': 'sale'}
    """
    cursor = Cursor(text, LONGEST)
    if text.count('\nrow "') > MOST_ROWS:
        raise cursor.error(f"expected at most {MOST_ROWS} rows", "too_large")
    if cursor.kind == "end":
        raise cursor.error("expected hit policy, row or another part of a matrix")
    found: Parts = {}
    rows: list[Said] = []
    columns: list[Said] = []
    while cursor.kind != "end":
        cursor.left = MOST
        at = cursor.at
        if cursor.take("row"):
            rows.append(_row(cursor, at))
        elif cursor.take("column"):
            columns.append(_column(cursor))
        else:
            _entry(cursor, found, _keys(), "row, column, " + _shown(_keys()))
        if len(rows) > MOST_ROWS:
            raise cursor.error(f"expected at most {MOST_ROWS} rows", "too_large")
    if columns:
        found["columns"] = listed(columns[0].at, columns)
    return cursor, record(0, **found, rows=listed(rows[0].at if rows else cursor.at, rows))


def written(matrix: Matrix) -> str:
    """Return the text of a matrix; ``said`` reads it back.

    >>> print(written(Matrix(fallback=("baseline",))), end="")
    hit policy "first"
    fallback "baseline"
    """
    said = document(matrix)
    inner = properties(schema.matrix())
    last = said.pop(_LAST, None)
    plain = {key: value for key, value in said.items() if key not in _STRUCTURE}
    head = [_line(key, value, inner[key]) for key, value in plain.items()]
    head += [_column_line(column) for column in matrix.columns]
    blocks = ["\n".join(head)]
    rows = cast("list[dict[str, object]]", said["rows"])
    for row, spoken in zip(matrix.rows, rows, strict=True):
        blocks.append("\n".join(_block(row.when, spoken)))
    text = "\n\n".join(blocks) + "\n"
    if not last:
        return text
    return text + ("\n" if rows else "") + _line(_LAST, last, inner[_LAST]) + "\n"


def _line(key: str, value: object, inner: Schema) -> str:
    return f"{key.replace('_', ' ')} {said_operand(value, inner)}"


def _block(when: Condition, row: Mapping[str, object]) -> list[str]:
    inner = _row_properties()
    unsaid = _unsaid()
    first, *others = lines(when, ROOM)
    others = indented(others)
    for key, value in row.items():
        if key not in _ROW and (key not in unsaid or unsaid[key] != value):
            others.append(_line(key, value, inner[key]))
    return [f"row {quoted(str(row['id']))}", *indented([f"when {first}", *others])]


def _column_line(column: Column) -> str:
    what = "segments" if column.attribute is None else said_path(column.attribute)
    if column.condition is not None:
        what = f"({words(column.condition)})"
    return f"column {what}" + (f" label {quoted(column.label)}" if column.label else "")


def _row(cursor: Cursor, at: int) -> Said:
    if cursor.kind != "string":
        raise cursor.error('expected the id of the row in quotes, like "winter"')
    start = cursor.at
    found: Parts = {"id": Said(text(cursor), start)}
    keys = _row_keys()
    while cursor.kind == "word" and not cursor.is_at("row", "column"):
        start = cursor.at
        if cursor.take("when"):
            if "when" in found:
                raise cursor.error("expected when once", "duplicate", start)
            found["when"] = condition(cursor)
        elif (key := cursor.phrase(_keys())) and key not in keys.values():
            cursor.go(start)
            break
        else:
            cursor.go(start)
            _entry(cursor, found, keys, "when, " + _shown(keys))
    return record(at, **found)


def _entry(cursor: Cursor, found: Parts, keys: Mapping[Words, str], meant: str) -> None:
    """Take a key and its value, as the JSON Schema of the key has it."""
    start = cursor.at
    key = cursor.phrase(keys)
    if key is None:
        raise cursor.error(f"expected {meant}")
    if key in found:
        raise cursor.error(f"expected {key.replace('_', ' ')} once", "duplicate", start)
    inner = _row_properties() if keys is _row_keys() else properties(schema.matrix())
    found[key] = operand(cursor, inner[key])


def _column(cursor: Cursor) -> Said:
    at, found = cursor.at, dict[str, Said]()
    if cursor.take("segments"):
        found["segments"] = Said(document=True, at=at)
    elif cursor.take("("):
        found["condition"] = condition(cursor)
        cursor.expect(")")
    else:
        found["attribute"] = path(cursor)
    if cursor.take("label"):
        found["label"] = operand(cursor, {})
    return record(at, **found)


def _shown(keys: Mapping[Words, str]) -> str:
    return ", ".join(map(" ".join, keys))


@cache
def _keys() -> Mapping[Words, str]:
    inner = properties(schema.matrix())
    return {tuple(key.split("_")): key for key in inner if key not in _STRUCTURE}


@cache
def _row_keys() -> Mapping[Words, str]:
    return {tuple(key.split("_")): key for key in _row_properties() if key not in _ROW}


@cache
def _row_properties() -> Mapping[str, Schema]:
    rows = cast("dict[str, Any]", properties(schema.matrix())["rows"])
    return properties(rows["items"])


@cache
def _unsaid() -> Mapping[str, object]:
    """Return what a row's JSON has where nothing is said: that need not be written."""
    least = {"id": "a", "when": {"everyone": True}, "then": {"variant": "a"}}
    rows = cast("list[dict[str, object]]", document(parse({"rows": [least]}))["rows"])
    return {key: value for key, value in rows[0].items() if key not in least}
