"""A matrix as a table of texts, one line a row: what CSV and Excel have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.grid.columns import VALUE, Column, needed
from rules.grid.spelling import bare
from rules.grid.texts import LONGEST, disarmed, plain, quoted
from rules.matrix import document as matrices
from rules.matrix.document import Matrix

Line = list[str]
Document = Mapping[str, Any]

TITLE, REST, VALUES = "matrix", "rest", "values"
EXPERIMENT = "experiment"
"""The heading that only a matrix with experiments has."""
BEFORE = ("id",)
AFTER = ("rollout", "priority", "from", "until", "zone", "enabled", "note")
GROUP = "group"
"""The heading that only a matrix with groups has."""
NO_WORDS = frozenset({"null", "true", "false"})


def lines(matrix: Matrix) -> list[Line]:
    """Return the matrix as lines of cells: its own data, the headings, then its rows.

    ``rules.grid.reading.matrix`` reads back the same matrix, whatever it is.

    >>> lines(Matrix(fallback=("baseline",)))[1][:3]
    ['id', 'variant', 'rollout']
    """
    said = matrices.document(matrix)
    rows: list[Any] = said.pop("rows")  # type: ignore[assignment]
    columns: list[Any] = said.get("columns", [])  # type: ignore[assignment]
    asked = needed(columns, [_parts(row["when"]) for row in rows])
    outputs = list(dict.fromkeys(name for row in rows for name in _values(row)))
    spread = [_spread(_values(row), outputs) for row in rows]
    headings = [VALUE + name for name in outputs] + [VALUES] * any(cells[-1] for cells in spread)
    tries = [EXPERIMENT] * any(row.experiment for row in matrix.rows)
    head = [*BEFORE, *(column.heading for column in asked), "variant", *tries, *headings]
    asking = [_asking(row["when"], asked) for row in rows]
    longest = max((len(rest) for _, rest in asking), default=0)
    grouped = any(row.group for row in matrix.rows)
    body = [
        [
            plain(row["id"]),
            *cells,
            *(plain(row["then"].get(what, "")) for what in ("variant", *tries)),
            *values[: len(headings)],
            *_after(row),
            *([plain(row.get(GROUP, ""))] if grouped else []),
            *rest,
        ]
        for row, (cells, rest), values in zip(rows, asking, spread, strict=True)
    ]
    title = [TITLE, *_pieces(quoted(said))]
    found = [title, [*map(plain, head), *AFTER, *[GROUP] * grouped, *[REST] * longest], *body]
    return [[disarmed(cell) for cell in line] for line in found]


def _parts(when: Document) -> list[Document]:
    """Return the parts of a row's condition: what ``all`` has in it, or the condition itself."""
    if "everyone" in when:
        return []
    listed: list[Document] = when.get("all", [])
    return listed if len(listed) > 1 else [when]


def _values(row: Document) -> dict[str, object]:
    values: dict[str, object] = row["then"].get("values", {})
    return values


def _spread(values: Mapping[str, object], outputs: list[str]) -> Line:
    """Return a cell for each output, and one for all where their order is another."""
    if list(values) != [name for name in outputs if name in values]:
        return [*[""] * len(outputs), quoted(values)]
    return [_value(values[name]) if name in values else "" for name in outputs] + [""]


def _value(value: object) -> str:
    return quoted(value) if value is None or isinstance(value, list) else bare(value, NO_WORDS)


def _asking(when: Document, asked: list[Column]) -> tuple[Line, Line]:
    """Return a cell for each column, and as JSON what does not fit into them in its order."""
    parts = _parts(when)
    cells: Line = []
    for column in asked:
        cell, taken = column.written(parts)
        fits = len(cell) <= LONGEST
        cells.append(cell if fits else "")
        parts = parts[taken if fits else 0 :]
    if not parts:
        return cells, []
    return cells, _pieces(quoted(parts[0] if len(parts) == 1 else parts))


def _after(row: Document) -> Line:
    active = row.get("active") or {}
    return [
        quoted(row["rollout"]),
        quoted(row["priority"]),
        *(active.get(end) or "" for end in ("from", "until", "zone")),
        "yes" if row["enabled"] else "no",
        plain(row["note"]),
    ]


def _pieces(text: str) -> Line:
    return [text[i : i + LONGEST] for i in range(0, len(text), LONGEST)]
