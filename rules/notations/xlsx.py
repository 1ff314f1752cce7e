"""Excel workbooks of a matrix: the same table as CSV, on the first sheet, every cell a text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

from rules.errors import InvalidError
from rules.grid import archive, reading, table
from rules.grid.reading import MOST_LINES
from rules.matrix.document import Matrix
from rules.notations.registry import Notation, notations

LONGEST = 8_000_000
"""Bytes of one workbook."""
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
    if not isinstance(document, bytes):
        raise InvalidError("", "type", "expected the bytes of an Excel workbook")
    if len(document) > LONGEST:
        raise InvalidError("", "too_large", f"expected at most {LONGEST} bytes")
    try:
        archive.measured(document, MOST_LINES)
        book = load_workbook(io.BytesIO(document), read_only=True, keep_links=False)
        return reading.matrix(_lines(book))
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


def _lines(book: Any) -> Iterator[list[str]]:
    named = [sheet for sheet in book.worksheets if sheet.title.lower() == table.TITLE]
    sheet = (named or book.worksheets)[0]
    sheet.reset_dimensions()
    for i, row in enumerate(sheet.iter_rows(), 1):
        yield [_text(cell, i) for cell in row]


def _text(cell: Any, row: int) -> str:
    """Return what a cell says as the text somebody would have typed."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type in ("f", "e"):
        at = f"row {row}, column {cell.column_letter}"
        raise InvalidError(at, "formula", "expected a value; formulas and errors are not read")
    if isinstance(value, str):
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date | time) else str(value)


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
        refuses={
            "formula": "what a formula gives depends on who works it out",
            "macro": "a matrix is data, never a program",
        },
    ),
)
