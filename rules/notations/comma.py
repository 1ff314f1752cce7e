"""CSV of a matrix: one line a row, with commas, semicolons or tabs between the cells."""

from __future__ import annotations

import csv
import io

from rules.errors import InvalidError
from rules.grid import reading, table
from rules.grid.reading import MOST_CELLS, MOST_LINES
from rules.matrix.document import Matrix
from rules.notations.registry import Notation, notations

LONGEST = 32_000_000
"""Bytes of one file."""
MOST_SIGNS = 500_000
"""Separators in one line of the file, those in texts included."""

_SIGNS = ",;\t"
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


def write(matrix: Matrix) -> str:
    """Return the matrix as CSV (RFC 4180): a title line, headings, a line for each row.

    Cells that a spreadsheet would run as a formula are disarmed by a leading ``'``. Write the
    text to a file as UTF-8 with a byte order mark (``utf-8-sig``) for Excel.

    >>> print(write(Matrix(fallback=("baseline",))).splitlines()[1][:20])
    id,variant,rollout,p
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(table.lines(matrix))
    return out.getvalue()


def read(document: str | bytes) -> Matrix:
    """Return the matrix a CSV file says, or ``InvalidError`` naming row and column.

    UTF-8 with or without byte order mark, UTF-16 with one; commas, semicolons or tabs; any line
    ends. ``read(write(matrix)) == matrix`` for every matrix.

    >>> read(b"id;variant;traits.plan" + bytes([10]) + b"a;sale;pro").rows[0].variant
    'sale'
    """
    text = _text(document)
    first = text.lstrip("\r\n").partition("\n")[0]
    if first.lower().startswith("sep=") and len(first.strip("\r")) == len("sep=,"):
        text = text.lstrip("\r\n").partition("\n")[2]
    sign = _sign(first)
    crowded = text.count(sign) > MOST_SIGNS
    if crowded and max(line.count(sign) for line in text.split("\n")) > MOST_SIGNS:
        raise InvalidError("", "too_large", f"expected at most {MOST_CELLS} cells in a line")
    lines: list[list[str]] = []
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True):
            lines.append(line)
            if len(lines) > MOST_LINES or len(line) > MOST_CELLS:
                raise InvalidError(
                    f"row {len(lines)}",
                    "too_large",
                    f"expected at most {MOST_LINES} lines of {MOST_CELLS} cells",
                )
    except csv.Error as error:
        raise InvalidError(f"row {len(lines) + 1}", "syntax", f"expected CSV: {error}") from error
    return reading.matrix(lines)


def _text(document: str | bytes) -> str:
    if not isinstance(document, str | bytes):
        raise InvalidError("", "type", "expected the text of a CSV file")
    if len(document) > LONGEST:
        raise InvalidError("", "too_large", f"expected at most {LONGEST} bytes")
    if isinstance(document, str):
        return document.removeprefix("\ufeff")
    try:
        return document.decode(_MARKS.get(document[:2], "utf-8-sig"))
    except UnicodeDecodeError as error:
        row = document.count(b"\n", 0, error.start) + 1
        raise InvalidError(f"row {row}", "encoding", "expected UTF-8; save as CSV UTF-8") from error


def _sign(first: str) -> str:
    """Return what stands between the cells: what is seen most often in the first line."""
    if first.lower().startswith("sep=") and first[4:5] in _SIGNS and first[4:5]:
        return first[4]
    after = first.removeprefix('"').removeprefix(table.TITLE).removeprefix('"')[:1]
    if first.removeprefix('"').startswith(table.TITLE) and after and after in _SIGNS:
        return after
    return max(_SIGNS, key=first.count)


notations.put(
    "csv",
    Notation(
        label="CSV",
        doc="A matrix as a table: one line a row, one column an attribute, ids kept.",
        holds="matrix",
        form="text",
        media="text/csv",
        suffix=".csv",
        example="id,context.country,traits.age,variant\r\nrow-1,DE | AT,>= 18,winter-sale\r\n",
        read=read,
        write=write,
    ),
)
