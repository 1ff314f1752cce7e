"""The columns of a matrix as a table: a heading, and how a cell becomes a part of a condition."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.errors import InvalidError
from rules.grid import cells
from rules.grid.spelling import bare, split, unbare

Document = Mapping[str, object]

MOST = 150
"""Columns of attributes that are made where the matrix names none."""
SEGMENTS, VALUE = "segments", "value "
_CONDITION = "condition "
_NO_WORDS = frozenset({"not", "true", "false", "null"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column that asks: of an attribute, of the segments, or of one condition, yes or no."""

    heading: str
    attribute: str | None = None
    condition: Document | None = None

    def written(self, parts: Sequence[Document]) -> tuple[str, int]:
        """Return the cell of the first parts that fit in here, and how many those are."""
        if self.attribute is not None:
            fits = bool(parts) and parts[0].get("attribute") == self.attribute
            return (cells.written(parts[0]), 1) if fits else ("", 0)
        if self.condition is not None:
            asked = {"yes": self.condition, "no": {"not": self.condition}}
            word = next((word for word in asked if parts and alike(parts[0], asked[word])), "")
            return word, int(bool(word))
        names = [name for name in map(_segment, parts) if name]
        taken = next((i for i, part in enumerate(parts) if not _segment(part)), len(parts))
        return " & ".join(names[:taken]), taken

    def read(self, cell: str, at: str) -> Iterator[Document]:
        """Yield the parts a cell says; ``written`` wrote them."""
        if not cell or cell == "-":
            return
        if self.attribute is not None:
            yield cells.read(cell, self.attribute, at)
        elif self.condition is not None:
            if cell.lower() not in ("yes", "no", "true", "false"):
                raise InvalidError(at, "value", "expected yes, no or nothing")
            yes = cell.lower() in ("yes", "true")
            yield self.condition if yes else {"not": self.condition}
        else:
            yield from (_member(part, at) for part in split(cell, "&"))


def alike(left: object, right: object) -> bool:
    """Tell whether two JSON values say the same, 1 and true being two.

    >>> alike({"value": 1}, {"value": True})
    False
    """
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def declared(columns: Sequence[Document]) -> list[Column]:
    """Return the columns a matrix declares; conditions are headed by their number.

    >>> [column.heading for column in declared([{"segments": True}, {"attribute": "traits.plan"}])]
    ['segments', 'traits.plan']
    """
    return [_declared(column, i) for i, column in enumerate(columns, 1)]


def needed(columns: Sequence[Document], rows: Sequence[Sequence[Document]]) -> list[Column]:
    """Return the declared columns, and one for each attribute that rows ask about besides.

    >>> [column.heading for column in needed([], [[{"attribute": "traits.age"}]])]
    ['traits.age']
    """
    found = declared(columns)
    known = {column.heading for column in found}
    for part in (part for parts in rows for part in parts):
        heading = part.get("attribute", SEGMENTS if _segment(part) else None)
        if isinstance(heading, str) and heading not in known and len(known) < MOST + len(columns):
            known.add(heading)
            found.append(Column(heading, None if heading == SEGMENTS else heading))
    return found


def headed(heading: str, declared_ones: Sequence[Column]) -> Column | None:
    """Return the column of a heading, or ``None`` where the heading is none of a column.

    >>> headed("traits.plan", []).attribute
    'traits.plan'
    """
    number = heading.removeprefix(_CONDITION).partition(":")[0].strip()
    if heading.startswith(_CONDITION) and number.isdecimal() and number.isascii():
        ours = f"{_CONDITION}{number}"
        return next((each for each in declared_ones if _short(each.heading) == ours), None)
    if heading == SEGMENTS:
        return Column(SEGMENTS)
    asks = "." in heading and not heading.startswith(VALUE)
    return Column(heading, heading) if asks else None


def _declared(column: Document, number: int) -> Column:
    if "attribute" in column:
        return Column(str(column["attribute"]), str(column["attribute"]))
    if isinstance(condition := column.get("condition"), Mapping):
        label = str(column.get("label", ""))
        return Column(f"{_CONDITION}{number}" + (f": {label}" if label else ""), None, condition)
    return Column(SEGMENTS)


def _short(heading: str) -> str:
    return heading.partition(":")[0]


def _segment(part: Document) -> str | None:
    if isinstance(part.get("segment"), str):
        return bare(part["segment"], _NO_WORDS)
    inner = part.get("not")
    if isinstance(inner, Mapping) and isinstance(inner.get("segment"), str):
        return f"not {bare(inner['segment'], _NO_WORDS)}"
    return None


def _member(cell: str, at: str) -> Document:
    negated = cell.lower().startswith("not ")
    name = unbare(cell[4:] if negated else cell, at)
    if not isinstance(name, str):
        raise InvalidError(at, "segment", "expected names of segments like vip & not new")
    member = {"segment": name}
    return {"not": member} if negated else member
