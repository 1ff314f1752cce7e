"""Where a fault stands in a table as a spreadsheet names it: B7 is the second cell of line 7."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rules.errors import InvalidError
from rules.grid.table import TITLE
from rules.grid.texts import LONGEST, armed, unplain

_PLACE = re.compile(r"row (\d{1,9})(?:, column (.+))?", re.DOTALL)
_LETTERS = 26
SHOWN = 120
"""Characters of a cell that are shown."""


class Spot(NamedTuple):
    """One fault and its cell: ``row`` 0 is the whole file, ``cell`` its address where it has one.

    ``said`` is what stands there, ``message`` what was expected. A file without cells has lines
    instead, and ids of its rows; 0 and empty where there are none.
    """

    row: int
    column: str
    cell: str
    said: str
    code: str
    message: str
    line: int = 0
    id: str = ""


def spot(fault: InvalidError, lines: Sequence[Sequence[str]]) -> Spot:
    """Return where a fault of a table's reader stands among the lines it read.

    >>> lines = [["id", "variant"], ["a", "="]]
    >>> spot(InvalidError("row 2, column variant", "x", "expected ..."), lines)[:4]
    (2, 'variant', 'B2', '=')
    """
    place = _PLACE.match(fault.at)
    if place is None:
        return Spot(0, fault.at.strip("/"), "", "", fault.code, fault.message)
    row, column = int(place[1]), (place[2] or "").partition(" /")[0]
    line = lines[row - 1] if 0 < row <= len(lines) else []
    number = _number(column, line, lines)
    cell = f"{letters(number)}{row}" if number else ""
    said = line[number - 1][:SHOWN] if 0 < number <= len(line) else ""
    return Spot(row, column, cell, said, fault.code, fault.message)


def letters(number: int) -> str:
    """Return a column's letters, counted from 1.

    >>> letters(1), letters(26), letters(27), letters(703)
    ('A', 'Z', 'AA', 'AAA')
    """
    said = ""
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        said = chr(ord("A") + rest) + said
    return said


def headings(lines: Sequence[Sequence[str]]) -> list[str]:
    """Return the headings of a table, read as texts.

    >>> headings([["matrix", "{}"], ["id", "variant"]])
    ['id', 'variant']
    """
    head = next((each for each in lines if _heads(each)), [])
    return [_heading(cell) for cell in head]


def _number(column: str, line: Sequence[str], lines: Sequence[Sequence[str]]) -> int:
    """Return the number of a column by its heading; of several the first that is filled."""
    if column.isdecimal():
        return int(column)
    if not column or column == TITLE:
        return int(bool(column))
    found = [i for i, said in enumerate(headings(lines), 1) if said == column]
    filled = [i for i in found if i <= len(line) and line[i - 1].strip()]
    return next(iter(filled or found), int(column.isalpha() and column.isupper()) and _of(column))


def _of(column: str) -> int:
    number = 0
    for letter in column[:3]:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number


def _heads(line: Sequence[str]) -> bool:
    return any(map(str.strip, line)) and line[0].strip().lower() != TITLE


def _heading(cell: str) -> str:
    try:
        return unplain(armed(cell[:LONGEST]), "")
    except InvalidError:
        return cell
