"""CSV of a matrix: one line a row, with commas, semicolons or tabs between the cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from rules.errors import InvalidError
from rules.grid import reading, table
from rules.grid.opened import Opened
from rules.grid.reading import MOST_CELLS, MOST_LINES
from rules.matrix.document import Matrix
from rules.notations.registry import Notation, notations

LONGEST = 16_000_000
"""Bytes of one file."""
MOST_SIGNS = 500_000
"""Separators in one line of the file, those in texts included."""
MOST_ENDS = 200_000
"""Line ends in a file, those in texts included; the two signs of Windows count twice."""
WINDOWS = "It is no UTF-8; it was read as Windows-1252. Look at letters with accents."
_BLOCK = 250_000

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
    ends. ``read(write(matrix)) == matrix`` for every matrix whose texts have fewer of them than
    ``MOST_ENDS``.

    >>> read(b"id;variant;traits.plan" + bytes([10]) + b"a;sale;pro").rows[0].variant
    'sale'
    """
    return reading.matrix(_cells(_text(document)))


def opened(document: bytes) -> Opened:
    """Return the cells of a CSV file; bytes that are no UTF-8 are read as Windows-1252, and noted.

    ``InvalidError`` for what is no CSV, or too large.

    >>> opened(b"id;variant" + bytes([10]) + "a;gr\u00fcn".encode("cp1252")).lines[1]
    ['a', 'gr\u00fcn']
    """
    if b"\0" in document[:_BLOCK] and document[:2] not in _MARKS:
        raise InvalidError("row 1", "encoding", "expected text, and this is some other file")
    try:
        return Opened(_cells(_text(document)))
    except InvalidError as fault:
        if fault.code != "encoding":
            raise
    try:
        text = document.decode("cp1252")
    except UnicodeDecodeError as error:
        row = document.count(b"\n", 0, error.start) + 1
        raise InvalidError(f"row {row}", "encoding", "expected UTF-8; save as CSV UTF-8") from error
    return Opened(_cells(text), notes=(WINDOWS,))


def _cells(text: str) -> list[list[str]]:
    first = text[:_BLOCK].lstrip("\r\n").partition("\n")[0]
    if first.lower().startswith("sep=") and len(first.strip("\r")) == len("sep=,"):
        text = text.lstrip("\r\n").partition("\n")[2]
    sign = _sign(first)
    _sparse(text, sign)
    return [*islice(_rows(text, sign), MOST_LINES + 1)]


def _rows(text: str, sign: str) -> Iterator[list[str]]:
    number = 1
    try:
        for line in csv.reader(_lines(text), delimiter=sign, strict=True):
            yield line
            number += 1
    except csv.Error as error:
        raise InvalidError(f"row {number}", "syntax", f"expected CSV: {error}") from error


def _sparse(text: str, sign: str) -> None:
    """Refuse a crowded line, or lines without end, where the first of too many stands."""
    signs = ends = 0
    for start in range(0, len(text), _BLOCK):
        stop = start + _BLOCK
        first, last = text.find("\n", start, stop), text.rfind("\n", start, stop)
        signs += text.count(sign, start, stop if first < 0 else first)
        if signs > MOST_SIGNS:
            raise InvalidError("", "too_large", f"expected at most {MOST_CELLS} cells in a line")
        if last >= 0:
            signs = text.count(sign, last, stop)
        ends += text.count("\n", start, stop) + text.count("\r", start, stop)
        if ends > MOST_ENDS:
            raise InvalidError("", "too_large", f"expected at most {MOST_ENDS} line ends")


def _lines(text: str) -> Iterator[str]:
    """Yield the lines with their ends; block by block, so that a large file is not copied whole."""
    start = 0
    while start < len(text):
        stop = text.rfind("\n", start, start + _BLOCK) + 1
        stop = stop or text.find("\n", start + _BLOCK) + 1 or len(text)
        block = text[start:stop]
        start = stop
        if "\r" in block or "\n" in block[:-1]:
            yield from io.StringIO(block, newline="")
        else:
            yield block


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
        opened=opened,
    ),
)
