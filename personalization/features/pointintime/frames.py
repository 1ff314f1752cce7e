"""Events and points as columns in memory, for DuckDB: from the log's rows, for a small one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import pyarrow as pa

from personalization.features.pointintime.cells import PARTS, cells, column
from rules.feeds import name_of
from rules.state import Event

BASE = pa.schema(
    [("profile", pa.string()), ("at", pa.int64()), ("tie", pa.string()), ("name", pa.string())]
)
TYPES: Mapping[str, Any] = {
    "string": pa.string(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "boolean": pa.bool_(),
    "array<string>": pa.list_(pa.string()),
}


def events(told: Iterable[tuple[str, Event]], paths: Iterable[str] | None = None) -> pa.Table:
    """Return the events of profiles as a table, with the cells of these paths, or of all.

    >>> event = Event(5, "a", "track", "Viewed", {"n": 2}, {}, {})
    >>> events([("p", event)], ["properties.n"]).column_names[4:]
    ['properties_n_687de002_whole', 'properties_n_687de002_amount']
    """
    wanted = None if paths is None else frozenset(paths)
    rows: list[tuple[str, int, str, str]] = []
    found: dict[tuple[str, str], tuple[list[int], list[Any]]] = {}
    for profile, event in told:
        for cell in cells(event.properties, event.context):
            if wanted is None or cell.path in wanted:
                places, said = found.setdefault((cell.path, cell.part), ([], []))
                places.append(len(rows))
                said.append(cell.value)
        rows.append((profile, event.at, event.tie, name_of(event.kind, event.name)))
    base = [pa.array(list(c), f.type) for c, f in zip(_turned(rows), BASE, strict=True)]
    columns = {column(*key): _spread(key[1], *said, len(rows)) for key, said in found.items()}
    return pa.table(dict(zip(BASE.names, base, strict=True)) | columns)


def _turned(rows: list[tuple[str, int, str, str]]) -> list[Any]:
    return list(zip(*rows, strict=True)) or [[] for _ in BASE]


def _spread(part: str, places: list[int], said: list[Any], length: int) -> Any:
    whole: list[Any] = [None] * length
    for place, value in zip(places, said, strict=True):
        whole[place] = value
    return pa.array(whole, TYPES[PARTS[part]])


def points(asked: Iterable[tuple[str, int]]) -> pa.Table:
    """Return (profile, instant) pairs as a table.

    >>> points([("p", 5)]).column_names
    ['profile', 'now']
    """
    pairs = list(asked)
    columns = {"profile": [p for p, _ in pairs], "now": [now for _, now in pairs]}
    return pa.table(columns, pa.schema([("profile", pa.string()), ("now", pa.int64())]))


def table(found: pa.Table) -> Any:
    """Return a table in memory as an Ibis expression, run by DuckDB in this process."""
    return ibis.memtable(found)
