"""Excel workbooks of a matrix: the same table as CSV, on the first sheet, every cell a text."""

from __future__ import annotations

import io
import re
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from rules.errors import InvalidError
from rules.grid import archive, reading, table
from rules.grid.opened import Opened
from rules.grid.reading import MOST_CELLS, MOST_LINES
from rules.matrix.document import Matrix
from rules.notations.registry import Notation, notations

LONGEST = 8_000_000
"""Bytes of one workbook."""
MOST_FAULTS = 1_000
"""Cells of one workbook that are said to be no values."""
_EXACT = 2**53
_CORNER = re.compile("([A-Z]{1,3})([0-9]{1,7}):")
_EXAMPLE = Matrix(fallback=("baseline",))
_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_ESCAPED = re.compile("_x([0-9a-fA-F]{4})_")


def write(matrix: Matrix) -> bytes:
    """Return the matrix as an Excel workbook (ECMA-376) of one sheet.

    All cells are texts, so nothing is taken for a formula or a date; those that would run where
    they are copied to are disarmed as in CSV.

    >>> write(Matrix())[:2]
    b'PK'
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.TITLE)
    sheet.freeze_panes = "B3"
    for i, line in enumerate(table.lines(matrix)):
        sheet.append([_cell(sheet, text, bold=i == 1) for text in line])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(document: bytes) -> Matrix:
    """Return the matrix of a workbook's sheet ``matrix``, or of its first.

    ``InvalidError`` names row and column. The archive is measured before it is unpacked; a
    document type declaration anywhere, a formula and a macro are refused. What was written is
    read back as the same matrix, whatever formats are put on its cells.

    >>> read(write(Matrix(fallback=("baseline",)))).fallback
    ('baseline',)
    """
    found = opened(document)
    if found.faults:
        raise found.faults[0]
    return reading.matrix(found.lines)


def opened(document: bytes) -> Opened:
    """Return the cells of a workbook's sheet as people would have typed them.

    ``InvalidError`` for what is no workbook or too much of one; formulas, error values and merged
    cells are the result's ``faults``, sheets that are not read its ``notes``.

    >>> opened(write(Matrix(fallback=("baseline",)))).lines[1][:2]
    ['id', 'variant']
    """
    if not isinstance(document, bytes):
        raise InvalidError("", "type", "expected the bytes of an Excel workbook")
    if len(document) > LONGEST:
        raise InvalidError("", "too_large", f"expected at most {LONGEST} bytes")
    try:
        archive.measured(document, MOST_LINES)
        book = load_workbook(io.BytesIO(document), read_only=True, keep_links=False)
        sheet, others = _chosen(book)
        merged = archive.merged(document, vars(sheet)["_worksheet_path"])
        return _opened(sheet, merged, others)
    except InvalidError:
        raise
    except Exception as error:  # the library says what is broken in many ways
        raise InvalidError("", "syntax", "expected an Excel workbook") from error


def _cell(sheet: Any, text: str, *, bold: bool) -> Any:
    cell = WriteOnlyCell(sheet, _ESCAPE.sub("_x005F_", text))
    cell.data_type = "s"
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text="\n" in text, vertical="top")
    cell.font = Font(bold=bold)
    return cell


def _chosen(book: Any) -> tuple[Any, list[str]]:
    """Return the sheet that is read, one that is seen, and the names of the others."""
    seen = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not seen:
        raise InvalidError("", "missing", "expected a sheet with cells that is not hidden")
    named = [sheet for sheet in seen if sheet.title.lower() == table.TITLE]
    chosen = (named or seen)[0]
    return chosen, [sheet.title for sheet in book.worksheets if sheet is not chosen]


def _opened(sheet: Any, merged: list[str], others: list[str]) -> Opened:
    faults = [_merged(area) for area in merged]
    lines: list[list[str]] = []
    sheet.reset_dimensions()
    for i, row in enumerate(islice(sheet.iter_rows(), MOST_LINES + 1), 1):
        cells = [*islice(row, MOST_CELLS + 1)]
        faults += [_refused(cell, i) for cell in cells if _runs(cell)]
        lines.append(["" if _runs(cell) else _text(cell) for cell in cells])
    names = ", ".join(title[:40] for title in others[:5])
    notes = (f"The sheet {sheet.title[:40]} was read; these were not: {names}",) if others else ()
    return Opened(lines, tuple(faults[:MOST_FAULTS]), notes)


def _runs(cell: Any) -> bool:
    return cell.value is not None and cell.data_type in ("f", "e")


def _refused(cell: Any, row: int) -> InvalidError:
    at = f"row {row}, column {cell.column_letter}"
    return InvalidError(at, "formula", "expected a value; formulas and errors are not read")


def _merged(area: str) -> InvalidError:
    first = _CORNER.match(area)
    at = f"row {int(first[2])}, column {first[1]}" if first else ""
    return InvalidError(at, "merged", f"expected each cell by itself; {area[:24]} are merged")


def _text(cell: Any) -> str:
    """Return what a cell says as the text somebody would have typed."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return _number(value, "%" if "%" in cell.number_format else "")
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _number(value: float, sign: str) -> str:
    value = round(value * 100, 10) if sign else value
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < _EXACT)
    return f"{int(value) if whole else value!r}{sign}"


notations.put(
    "xlsx",
    Notation(
        label="Excel",
        doc="A matrix as a workbook: one line a row, one column an attribute, ids kept.",
        holds="matrix",
        form="bytes",
        media="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        suffix=".xlsx",
        example=write(_EXAMPLE),
        read=read,
        write=write,
        opened=opened,
        refuses={
            "formula": "what a formula gives depends on who works it out",
            "macro": "a matrix is data, never a program",
            "merged cells": "a merged cell hides the empty ones beside it, which mean anything",
        },
    ),
)
