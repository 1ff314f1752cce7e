"""A matrix taken from a file of any notation: what it says, or every fault with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from rules.dmn.faults import Fault
from rules.dmn.table import Table
from rules.errors import InvalidError
from rules.grid import faults as faulty
from rules.grid import reading
from rules.grid.addresses import Spot, headings, spot
from rules.grid.opened import Opened
from rules.grid.table import TITLE
from rules.matrix import document as matrices
from rules.matrix.document import Matrix
from rules.notations import dmn
from rules.notations.registry import Notation, notations

LARGEST = 16_000_000
"""Bytes of one file; a notation may take fewer."""
_START = 1_024
_LINE = re.compile(r"^line (\d{1,7})")
_STRANGERS = {
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls); save it as .xlsx",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a packed file; unpack it first",
    b"Rar!": "a packed file; unpack it first",
    b"7z\xbc\xaf": "a packed file; unpack it first",
}
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"


class Taken(NamedTuple):
    """What a file says: the matrix, or ``None`` and its faults.

    ``numbers`` are the lines in which the rows stand, from 1; a notation without lines has none.
    ``notes`` say what was taken for granted.
    """

    notation: str
    matrix: Matrix | None
    faults: tuple[Spot, ...]
    notes: tuple[str, ...]
    lines: Sequence[Sequence[str]] = ()
    numbers: tuple[int, ...] = ()

    def heads(self) -> list[str]:
        """Return the headings of the file's columns."""
        return headings(self.lines)

    def spot(self, row: int, column: str, code: str, message: str) -> Spot:
        """Return a fault of one of the matrix's rows, counted from 0, at its cell in the file."""
        if not self.numbers:
            return Spot(row + 1, column, "", "", code, message)
        at = f"row {self.numbers[row]}, column {column}"
        return spot(InvalidError(at, code, message), self.lines)


def tables() -> dict[str, Notation]:
    """Return the notations of files that hold a matrix and go both ways, by name.

    >>> sorted(tables())
    ['csv', 'dmn', 'xlsx']
    """
    known = {
        name: each
        for name, each in notations.items()
        if each.holds == "matrix" and each.read and each.write and (each.opened or name == "dmn")
    }
    return dict(sorted(known.items(), key=lambda named: (named[1].opened is None, named[0])))


def written(notation: str, matrix: Matrix) -> bytes:
    r"""Return a matrix as the bytes of a file; ``InvalidError`` for what the notation cannot say.

    A CSV begins with a byte order mark, so that Excel reads its letters.

    >>> written("csv", Matrix())[:3] == "\ufeff".encode()
    True
    """
    write = tables()[notation].write
    assert write is not None
    said = write(matrix)
    if isinstance(said, bytes):
        return said
    encoded: bytes = said.encode("utf-8-sig" if notation == "csv" else "utf-8")
    return encoded


def kind(document: bytes) -> str:
    """Return the notation in which a file is written, by what it holds, whatever it is called.

    ``InvalidError`` for an empty file and for what is none of them.

    >>> kind(b"id,variant"), kind(b"PK"), kind(b" <?xml version='1.0'?><definitions/>")
    ('csv', 'xlsx', 'dmn')
    """
    if not document.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise InvalidError("", "missing", "expected a file with something in it; this one is empty")
    if len(document) > LARGEST:
        raise InvalidError("", "too_large", f"expected at most {LARGEST // 1_000_000} MB")
    for start, said in _STRANGERS.items():
        if document.startswith(start):
            raise InvalidError("", "syntax", f"expected CSV, XLSX or DMN, and this is {said}")
    if document.startswith(b"PK"):
        if _OPEN_DOCUMENT in document[:_START]:
            said = "an OpenDocument file; save it as .xlsx or CSV"
            raise InvalidError("", "syntax", f"expected CSV, XLSX or DMN, and this is {said}")
        return "xlsx"
    first = document[:_START].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return "dmn" if first.startswith(b"<") else "csv"


def taken(document: bytes, name: str, before: Matrix, decision: str | None = None) -> Taken:
    r"""Return what a file says, or every fault of it; nothing is raised for what stands in it.

    ``name`` is what the file is called. Where the file does not say a matrix's own data (its hit
    policy, its fallback), those of ``before`` stay. ``decision`` chooses one of a DMN's.

    >>> taken(b"id,variant,traits.age", "a.csv", Matrix()).matrix.rows
    ()
    >>> [each.cell for each in taken(b"id,variant,traits.age\na,x,>=\n", "", Matrix()).faults]
    ['C2']
    """
    try:
        notation = kind(document)
    except InvalidError as fault:
        return Taken("", None, (spot(fault, ()),), ())
    notes = tuple(_misnamed(notation, name))
    try:
        if notation == "dmn":
            return _decided(document, decision, before, notes)
        opened = tables()[notation].opened
        assert opened is not None
        return _table(notation, opened(document), before, notes)
    except InvalidError as fault:
        return Taken(notation, None, (spot(fault, ()),), notes)


def _misnamed(notation: str, name: str) -> Iterator[str]:
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name else ""
    wanted = tables()[notation].suffix
    known = {".txt", ".tsv"} if notation == "csv" else {".xml"} if notation == "dmn" else set()
    if suffix and suffix != wanted and suffix not in known:
        label = tables()[notation].label
        yield f"It is called {suffix[:20]}, and was read as what it is: {label}."


def _table(notation: str, found: Opened, before: Matrix, notes: tuple[str, ...]) -> Taken:
    own: dict[str, Any] = {**matrices.document(before), "rows": []}
    own.pop("rows")
    broken = [spot(fault, found.lines) for fault in found.faults]
    cells = {each.cell for each in broken}
    wrong = [spot(fault, found.lines) for fault in faulty.of(found.lines, own)]
    faults = [*broken, *(each for each in wrong if each.cell not in cells or not each.cell)]
    faults.sort(key=lambda each: (each.row, len(each.cell), each.cell))
    notes = (*notes, *found.notes)
    if faults:
        return Taken(notation, None, tuple(faults[: faulty.MOST]), notes, found.lines)
    matrix, numbers = reading.numbered(found.lines, own)
    notes = (*notes, *_missing(found.lines, matrix, before))
    return Taken(notation, matrix, (), notes, found.lines, tuple(numbers))


def _missing(lines: Sequence[Sequence[str]], matrix: Matrix, before: Matrix) -> Iterator[str]:
    head = next(iter(line for line in lines if any(map(str.strip, line))), [""])
    if head[0].strip().lower() != TITLE:
        yield "It does not say hit policy and fallback: those of the draft stay."
    known = {row.id for row in before.rows}
    cells = {cell for line in lines for cell in line}
    unnamed = sum(row.id not in known and row.id not in cells for row in matrix.rows)
    if unnamed:
        yield f"Rows without an id count as new: {unnamed}."


def _decided(
    document: bytes, decision: str | None, before: Matrix, notes: tuple[str, ...]
) -> Taken:
    try:
        return Taken("dmn", _table_of(document, decision, before), (), notes)
    except InvalidError as fault:
        told = tuple(map(_placed, dmn.faults(document, decision)))
        return Taken("dmn", None, told or (spot(fault, ()),), notes)


def _placed(fault: Fault) -> Spot:
    """Return where a fault of a DMN stands: its rule, its column and its line."""
    place, found = fault.place, spot(fault.error, ())
    line = place.line or int(next(iter(_LINE.findall(fault.error.at)), 0))
    if not place.decision:
        return found._replace(line=line)
    return found._replace(
        row=place.rule, column=place.column, said=place.said, line=line, id=place.id
    )


def _table_of(document: bytes, decision: str | None, before: Matrix) -> Matrix:
    """Return the matrix of a decision table; one of another tool keeps what it does not know."""
    model = dmn.load(document)
    name = model.chosen(decision)
    matrix = dmn.read(document, name)
    body = model.decisions[name].body
    if isinstance(body, Table) and body.extra:
        return matrix
    fallback = matrix.fallback or before.fallback
    return replace(matrix, slot=before.slot, fallback=fallback, columns=before.columns)
