"""A matrix as cells by heading, the way a page edits it, and back; faults with their cell."""

from __future__ import annotations

import re
from typing import Any, TypedDict

from personalization.flows import sentences
from rules import expect
from rules.errors import InvalidError
from rules.grid import faults as faulty
from rules.grid import reading, table
from rules.grid.texts import armed, disarmed, quoted
from rules.matrix.document import MOST_ROWS, Matrix
from rules.matrix.document import document as write

_PLACE = re.compile(r"row (\d+)(?:, column (.+))?", re.DOTALL)
_ABOVE = 3
"""The matrix's own data and the headings stand above the rows, which count from 1."""


class Sheet(TypedDict):
    """What the matrix says besides its rows, the headings, and each row's cells by heading."""

    said: dict[str, Any]
    headings: list[str]
    rows: list[dict[str, str]]


def sheet(matrix: Matrix) -> Sheet:
    """Return a matrix as a sheet; empty cells are left out."""
    _, head, *body = table.lines(matrix)
    headings = [armed(heading) for heading in head]
    said = {name: value for name, value in write(matrix).items() if name != "rows"}
    rows = []
    for line in body:
        row: dict[str, str] = {}
        for heading, cell in zip(headings, line, strict=False):
            if cell:
                row[heading] = row.get(heading, "") + armed(cell)
        rows.append(sentences.worded(row))
    return {"said": said, "headings": list(dict.fromkeys(headings)), "rows": rows}


def matrix(found: Sheet) -> Matrix:
    """Return the matrix a sheet says, or ``InvalidError`` with row and column."""
    try:
        lines, wrong = _lines(found)
        if wrong:
            raise wrong[0]
        return reading.matrix(lines)
    except InvalidError as fault:
        place = _place(fault)
        if place["row"] is None:
            raise
        row, column = place["row"], place["column"]
        at = f"row {row + 1}, column {column}" if column else f"row {row + 1}"
        raise InvalidError(at, fault.code, fault.message) from fault


def faults(found: Sheet) -> list[dict[str, Any]]:
    """Return every fault: the row counted from 0, or none, the heading and what was expected."""
    lines, wrong = _lines(found)
    return [_place(fault) for fault in (*wrong, *faulty.of(lines))]


def read(document: object) -> Sheet:
    """Return what a page sent as a sheet; ``InvalidError`` names what is not one."""
    said = expect.record(document, "/sheet", ("said", "headings", "rows"), ())
    headings = expect.items(said["headings"], "/sheet/headings", reading.MOST_CELLS)
    for i, heading in enumerate(headings):
        expect.text(heading, f"/sheet/headings/{i}", reading.LONGEST)
    rows = [] if said["rows"] == [] else expect.items(said["rows"], "/sheet/rows", MOST_ROWS)
    for i, row in enumerate(rows):
        if not isinstance(row, dict) or not all(isinstance(cell, str) for cell in row.values()):
            raise InvalidError(f"/sheet/rows/{i}", "type", "expected texts by heading")
        if unknown := row.keys() - set(headings):
            at = f"/sheet/rows/{i}/{min(unknown)[:64]}"
            raise InvalidError(at, "heading", "expected one of the sheet's headings")
    if not isinstance(said["said"], dict):
        raise InvalidError("/sheet/said", "type", "expected an object")
    return {"said": said["said"], "headings": headings, "rows": rows}  # type: ignore[typeddict-item]


def _lines(found: Sheet) -> tuple[list[list[str]], list[InvalidError]]:
    """Return the sheet as lines of a table, and what of it are no sentences."""
    headings = found["headings"]
    own = {name: value for name, value in found["said"].items() if name != "rows"}
    rows, wrong = sentences.plain(found["rows"], _ABOVE)
    body = [[disarmed(row.get(heading, "")) for heading in headings] for row in rows]
    head = [disarmed(heading) for heading in headings]
    return [[table.TITLE, disarmed(quoted(own))], head, *(line or [""] for line in body)], wrong


def _place(fault: InvalidError) -> dict[str, Any]:
    place = _PLACE.match(fault.at)
    number = int(place[1]) - _ABOVE if place else -1
    column = place[2] if place else None
    where = {"row": number if number >= 0 else None, "column": column, "at": fault.at}
    return {**where, "code": fault.code, "message": fault.message}
