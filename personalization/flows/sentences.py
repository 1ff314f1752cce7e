"""What no column has a place for, as sentences in the cell for the rest, and back to JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules import canonical
from rules.errors import InvalidError
from rules.grid.spelling import split
from rules.grid.table import REST
from rules.grid.texts import parsed, quoted
from rules.notations import text
from rules.parser import parse
from rules.scopes import Scope

SIGN = "&"


def said(cell: str) -> str:
    """Return the JSON of a cell as sentences, one for each part; what is none stays as it is.

    >>> said('[{"segment": "vip"}, {"everyone": true}]')
    'in segment "vip" & everyone'
    """
    try:
        found = parsed(cell, REST)
        listed: list[object] = found if isinstance(found, list) else [found]
        written = [text.write(parse(part, scope=Scope.MATRIX)) for part in listed]
        told = f" {SIGN} ".join(written)
        return told if read(told) == quoted(_single(listed)) else cell
    except InvalidError:
        return cell


def worded(row: dict[str, str]) -> dict[str, str]:
    """Return a row whose cell for the rest, where it has one, is in sentences.

    >>> worded({"id": "a"})
    {'id': 'a'}
    """
    return {**row, REST: said(row[REST])} if REST in row else row


def read(cell: str) -> str:
    """Return the JSON that a cell's sentences say; JSON stays as it is.

    ``InvalidError`` says what was expected, and after how many characters.

    >>> read('in segment "vip" & everyone')
    '[{"segment": "vip"}, {"everyone": true}]'
    """
    if not cell.strip() or cell.strip()[:1] in ("[", "{"):
        return cell
    return quoted(_single(list(_parts(cell))))


def plain(
    rows: Sequence[dict[str, str]], above: int
) -> tuple[list[dict[str, str]], list[InvalidError]]:
    """Return rows with JSON in the cell for the rest, empty where it says nothing, and why."""
    found, wrong = [], []
    for number, row in enumerate(rows, above):
        try:
            made = {**row, REST: read(row[REST])} if REST in row else row
        except InvalidError as fault:
            at = f"row {number}, column {REST}"
            wrong.append(InvalidError(at, fault.code, fault.message))
            made = {**row, REST: ""}
        found.append(made)
    return found, wrong


def _parts(cell: str) -> Iterator[dict[str, object]]:
    for part in split(cell, SIGN):
        try:
            yield canonical.document(text.read(part))
        except InvalidError as fault:
            column = getattr(fault, "column", None)
            where = f" (after {part[: column - 1][-24:]!r})" if column and column > 1 else ""
            raise InvalidError("", fault.code, f"{fault.message}{where}") from fault


def _single(parts: Sequence[object]) -> object:
    return parts[0] if len(parts) == 1 else parts
