"""A table of texts becomes a matrix; what is wrong is named by its row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any

from rules.canonical import digest
from rules.errors import InvalidError
from rules.grid.columns import VALUE, Column, declared, headed
from rules.grid.spelling import unbare
from rules.grid.table import AFTER, EXPERIMENT, GROUP, REST, TITLE, VALUES
from rules.grid.texts import armed, parsed, unplain
from rules.matrix import document as matrices
from rules.matrix.document import MOST_ROWS, Matrix

MOST_LINES = MOST_ROWS + 100
MOST_CELLS = 1_000
"""Cells of one line."""
MOST_FILLED = 250_000
"""Cells of a whole table in which something stands."""
MOST_IN_ALL = 1_000_000
"""Cells of a whole table."""
LONGEST = 32_768
"""Characters of one cell."""

Own = Mapping[str, Any]
_SHOWN = ("variant", EXPERIMENT, VALUES)
"""Of what a row yields one heading at least has to be there, or one of a value."""
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def matrix(found: Iterable[Sequence[str]]) -> Matrix:
    """Return the matrix that lines of cells say, or ``InvalidError`` naming row and column.

    Lines are counted as a spreadsheet counts them, from 1; empty ones are passed over. The line
    with the matrix's own data may be missing: then it is ``first``, without fallback.

    >>> matrix([["id", "variant", "traits.plan"], ["a", "sale", "pro"]]).rows[0].variant
    'sale'
    """
    return numbered(found, {})[0]


def numbered(found: Iterable[Sequence[str]], own: Own) -> tuple[Matrix, list[int]]:
    """Return the matrix, and of each of its rows the number of the line it stands in.

    ``own`` is the matrix's own data, as JSON without rows, where the lines do not say it.

    >>> numbered([["id", "variant"], [], ["a", "sale"]], {"hit_policy": "unique"})[1]
    [3]
    """
    table, body = opened(found, own)
    return table.matrix(body), [number for number, _ in table.places]


def opened(
    found: Iterable[Sequence[str]], own: Own
) -> tuple[Reader, Iterator[tuple[int, Sequence[str]]]]:
    """Return the headings, understood, and the numbered lines below them.

    >>> reader, body = opened([["id", "variant"], ["a", "sale"]], {})
    >>> [heading for heading, _ in reader.columns], list(body)
    (['id', 'variant'], [(2, ['a', 'sale'])])
    """
    bounded = _bounded(found)
    lines = [*bounded] if isinstance(found, Sized) else bounded
    numbered = ((i, line) for i, line in lines if any(map(str.strip, line)))
    first = next(numbered, None)
    said = dict(own)
    if first is not None and first[1][0].strip().lower() == TITLE:
        said, first = _title(*first), next(numbered, None)
    if first is None:
        raise InvalidError("", "missing", "expected a line of headings")
    return Reader(said, *first), numbered


def _bounded(found: Iterable[Sequence[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield lines with their numbers, as long as there are not too many, nor too many cells."""
    filled, cells = MOST_FILLED, MOST_IN_ALL
    for number, line in enumerate(found, 1):
        filled -= len(line) - line.count("")
        cells -= len(line)
        message = ""
        if number > MOST_LINES or len(line) > MOST_CELLS:
            message = f"expected at most {MOST_LINES} lines of {MOST_CELLS} cells"
        elif filled < 0 or cells < 0:
            message = f"expected at most {MOST_IN_ALL} cells, {MOST_FILLED} of them filled"
        if message:
            raise InvalidError(f"row {number}", "too_large", message)
        yield number, line


def _title(number: int, line: Sequence[str]) -> dict[str, Any]:
    at = f"row {number}, column {TITLE}"
    said = parsed("".join(map(armed, line[1:])), at)
    if not isinstance(said, dict) or "rows" in said:
        raise InvalidError(at, "type", "expected an object without rows")
    _checked({**said, "rows": []}, lambda place: f"{at} {place}")
    return said


def _checked(document: dict[str, Any], place: Callable[[str], str]) -> Matrix:
    try:
        return matrices.parse(document)
    except InvalidError as error:
        raise InvalidError(place(error.at), error.code, error.message) from error


class Reader:
    """The headings of one table, and the reading of its rows."""

    def __init__(self, said: dict[str, Any], number: int, line: Sequence[str]) -> None:
        self.said = said
        self.columns: list[tuple[str, Column | None]] = []
        known = declared(said.get("columns", []))
        seen: set[str] = set()
        for i, cell in enumerate(line[:MOST_CELLS], 1):
            at = f"row {number}, column {i}"
            heading = unplain(armed(cell), at)
            column = headed(heading, known)
            if heading in seen and column is None and heading not in ("", REST):
                raise InvalidError(at, "duplicate", f"expected the heading {heading} once")
            if heading and column is None and not _is_known(heading):
                names = ", ".join(("id", "variant", *AFTER, REST))
                message = (
                    f"expected an attribute, segments, value ..., or one of {names}; "
                    f"not {heading[:64]}"
                )
                raise InvalidError(at, "heading", message)
            seen.add(heading)
            self.columns.append((heading, column))
        if "id" not in seen:
            raise InvalidError(f"row {number}", "missing", "expected the heading id")
        if not any(heading in _SHOWN or heading.startswith(VALUE) for heading in seen):
            raise InvalidError(f"row {number}", "missing", "expected the heading variant")
        self.places: list[tuple[int, list[str]]] = []

    def matrix(self, lines: Iterable[tuple[int, Sequence[str]]]) -> Matrix:
        """Return the matrix of numbered lines; ``places`` says then where each row stood."""
        self.places.clear()
        rows = [self._row(number, line) for number, line in lines]
        return _checked({**self.said, "rows": rows}, self._place)

    def _row(self, number: int, line: Sequence[str]) -> dict[str, Any]:
        parts: list[Mapping[str, Any]] = []
        sources: list[str] = []
        plain: dict[str, str] = {}
        for i, raw in enumerate(line):
            heading, column = self.columns[i] if i < len(self.columns) else ("", None)
            at = f"row {number}, column {heading or i + 1}"
            if len(raw) > LONGEST:
                raise InvalidError(at, "length", f"expected at most {LONGEST} characters")
            cell = armed(raw)
            if column is not None:
                parts += column.read(cell.strip(), at)
                sources += [heading] * (len(parts) - len(sources))
            elif heading:
                plain[heading] = plain.get(heading, "") + cell
            elif cell.strip():
                raise InvalidError(at, "heading", "expected a heading above this cell")
        rest = self._rest(plain.get(REST, ""), f"row {number}, column {REST}")
        self.places.append((number, sources + [REST] * len(rest)))
        return self._document(number, plain, [*parts, *rest])

    def _rest(self, cell: str, at: str) -> list[Mapping[str, Any]]:
        if not cell.strip():
            return []
        said = parsed(cell, at)
        listed: list[Any] = said if isinstance(said, list) else [said]
        if not all(isinstance(part, dict) for part in listed):
            raise InvalidError(at, "type", "expected conditions as JSON objects")
        return listed

    def _document(
        self, number: int, plain: Mapping[str, str], parts: list[Mapping[str, Any]]
    ) -> dict[str, Any]:
        def said(heading: str, read: Callable[[str, str], object]) -> dict[str, Any]:
            cell, at = plain.get(heading, ""), f"row {number}, column {heading}"
            return {heading: read(cell, at)} if cell.strip() else {}

        when = parts[0] if len(parts) == 1 else {"all": parts} if parts else {"everyone": True}
        values = said(VALUES, _object).get(VALUES, {}) | {
            heading.removeprefix(VALUE): value
            for name in plain
            if name.startswith(VALUE)
            for heading, value in said(name, unbare).items()
        }
        then = said("variant", unplain) | said(EXPERIMENT, unplain)
        then |= {"values": values} if values else {}
        active = {
            **said("from", unplain), **said("until", unplain), **said("zone", unplain)
        }  # fmt: skip
        row = {
            "when": when,
            "then": then,
            **said("rollout", _percent),
            **said("priority", unbare),
            **({"active": active} if active else {}),
            **said("enabled", _flag),
            **said("note", unplain),
            **said(GROUP, unplain),
        }
        return {"id": digest([number, row]), **said("id", unplain), **row}

    def _place(self, at: str) -> str:
        """Return the row and column of a JSON pointer into the matrix."""
        words = at.split("/")[1:]
        if len(words) < 2 or words[0] != "rows":  # noqa: PLR2004 rows and a number
            return f"row 1, column {TITLE} {at}"
        number, sources = self.places[int(words[1])]
        key, inner = (*words[2:], "", "")[:2]
        if key == "when" and sources:
            part = words[4] if inner == "all" and len(words) > 4 else "0"  # noqa: PLR2004
            column = sources[int(part) if len(sources) > 1 and part.isdecimal() else 0]
        elif key == "active":
            column = inner or "zone"
        elif key == "then":
            shown = inner if inner == EXPERIMENT else "variant"
            column = f"{VALUE}{words[4]}" if len(words) > 4 else shown  # noqa: PLR2004
        else:
            column = key
        return f"row {number}, column {column}" if column else f"row {number}"


def _is_known(heading: str) -> bool:
    return heading.startswith(VALUE) or heading in ("id", *_SHOWN, REST, GROUP, *AFTER)


def _object(cell: str, at: str) -> dict[str, Any]:
    said = parsed(cell, at)
    if not isinstance(said, dict):
        raise InvalidError(at, "type", "expected an object of values by name")
    return said


def _percent(cell: str, at: str) -> object:
    return unbare(cell.strip().removesuffix("%"), at)


def _flag(cell: str, at: str) -> bool:
    said = unplain(cell, at).lower()
    if said not in _FLAGS:
        raise InvalidError(at, "value", "expected yes or no")
    return _FLAGS[said]
