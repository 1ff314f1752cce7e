"""Everything that is wrong with a table of cells, cell by cell, so that one reading tells all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from types import MappingProxyType

from rules.errors import InvalidError
from rules.grid.reading import Own, Reader, opened
from rules.grid.texts import armed, unplain

Numbered = tuple[int, Sequence[str]]
_NOTHING: Own = MappingProxyType({})
MOST = 500
"""Faults of one table that are told."""
_STANDS = {"variant": "x", "zone": "UTC"}
"""What stands for a cell that may not be empty, so that the rest of its row is read."""


def of(found: Sequence[Sequence[str]], own: Own = _NOTHING) -> list[InvalidError]:
    """Return what is wrong with lines of cells, one thing a cell; nothing where it is a matrix.

    ``own`` is the matrix's own data where the lines do not say it.

    >>> head = ["id", "variant", "traits.age"]
    >>> [fault.at for fault in of([head, ["a", "x", ">="], ["b", "x", "> 3"], ["b", "", "<"]])]
    ['row 2, column traits.age', 'row 4, column traits.age', 'row 4, column variant', \
'row 4, column id']
    """
    try:
        reader, lines = opened(found, own)
        body = list(lines)
    except InvalidError as wrong:
        return [wrong]
    try:
        reader.matrix(body)
    except InvalidError as wrong:
        return [*islice(chain(_each(reader, body), _twice(reader, body)), MOST)] or [wrong]
    return []


def _each(reader: Reader, body: Iterable[Numbered]) -> Iterator[InvalidError]:
    """Yield the faults of each line: what is wrong is taken out of it until nothing more is."""
    for number, line in body:
        left = [*line, *[""] * (len(reader.columns) - len(line))]
        seen: set[str] = set()
        while (wrong := _fault(reader, number, left)) and wrong.at not in seen:
            seen.add(wrong.at)
            yield wrong
            _without(reader, left, wrong.at.partition(", column ")[2].partition(" /")[0])


def _fault(reader: Reader, number: int, line: Sequence[str]) -> InvalidError | None:
    try:
        reader.matrix([(number, line)])
    except InvalidError as wrong:
        heading = wrong.at.partition(", column ")[2]
        if wrong.code != "missing" or not heading:
            return wrong
        said = "the slug of a variant" if heading == "variant" else f"something under {heading}"
        return InvalidError(wrong.at, wrong.code, f"expected {said}")
    return None


def _without(reader: Reader, line: list[str], heading: str) -> None:
    """Take what is wrong under a heading out of a line."""
    for i, (name, column) in enumerate(reader.columns):
        if heading in (name, str(i + 1)) and (line[i].strip() or name in _STANDS):
            line[i] = _STANDS.get(name, "")
            if column is not None:
                return


def _twice(reader: Reader, body: Iterable[Numbered]) -> Iterator[InvalidError]:
    """Yield a fault for each id that a line above has."""
    seen: dict[str, int] = {}
    for number, line in body:
        cell = _id(reader, line)
        if cell and cell in seen:
            message = f"expected an id no other row has; row {seen[cell]} has it"
            yield InvalidError(f"row {number}, column id", "duplicate", message)
        seen.setdefault(cell, number)


def _id(reader: Reader, line: Sequence[str]) -> str:
    cells = zip(line, reader.columns, strict=False)
    said = "".join(armed(cell).strip() for cell, (name, _) in cells if name == "id")
    try:
        return unplain(said, "")
    except InvalidError:
        return said
