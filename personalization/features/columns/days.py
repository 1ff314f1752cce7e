"""Events as one Parquet file a day, their values in typed cells, readable by any engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import ibis
import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from personalization.features.columns.manifest import Manifest
from personalization.features.pointintime.cells import PARTS, cells, column
from personalization.features.pointintime.frames import TYPES

BASE = pa.schema(
    [
        ("owner", pa.string()),
        ("device", pa.string()),
        ("at", pa.int64()),
        ("received_at", pa.int64()),
        ("tie", pa.string()),
        ("name", pa.string()),
    ]
)
MEMBERS = pa.schema([("profile", pa.string()), ("identity", pa.string()), ("device", pa.bool_())])
MOST_PATHS = 400
"""So many paths of a site's events have columns; a measure of another is not asked here."""


class Row(NamedTuple):
    """One counted event of the log; ids are hex, instants microseconds UTC."""

    owner: str
    device: str | None
    at: int
    received_at: int
    tie: str
    name: str
    body: bytes


def table(rows: Iterable[Row], paths: dict[str, None]) -> pa.Table:
    """Return events as a table; paths never seen before are added to ``paths`` while there is room.

    What has no room is not kept: the log has it.
    """
    base: list[tuple[Any, ...]] = []
    found: dict[tuple[str, str], tuple[list[int], list[Any]]] = {}
    for row in rows:
        body = orjson.loads(row.body)
        for cell in cells(body.get("properties") or {}, body.get("context") or {}):
            paths.setdefault(cell.path)
            if len(paths) > MOST_PATHS and cell.path in _beyond(paths):
                continue
            places, said = found.setdefault((cell.path, cell.part), ([], []))
            places.append(len(base))
            said.append(cell.value)
        base.append(row[:6])
    turned = zip(*base, strict=True) if base else ([] for _ in BASE)
    told = {f.name: pa.array(list(c), f.type) for f, c in zip(BASE, turned, strict=True)}
    return pa.table(told | {column(*k): _spread(k[1], *v, len(base)) for k, v in found.items()})


def _beyond(paths: Mapping[str, None]) -> frozenset[str]:
    return frozenset(list(paths)[MOST_PATHS:])


def _spread(part: str, places: list[int], said: list[Any], length: int) -> pa.Array:
    whole: list[Any] = [None] * length
    for place, value in zip(places, said, strict=True):
        whole[place] = value
    return pa.array(whole, TYPES[PARTS[part]])


def members(pairs: Iterable[tuple[str, str, bool]]) -> pa.Table:
    """Return which identities' events are whose: (profile, identity, by device?)."""
    told = list(pairs)
    columns = {f.name: [pair[i] for pair in told] for i, f in enumerate(MEMBERS)}
    return pa.table(columns, MEMBERS)


def write(path: Path, found: pa.Table) -> None:
    """Write a table as Parquet."""
    pq.write_table(found, path, compression="zstd", write_statistics=True)


def log(where: Path, manifest: Manifest) -> Any:
    """Return every kept event of every profile as an Ibis table, for ``pointintime.values``.

    An event belongs to the person of the identity it came with, and where the device it came from
    is a profile of its own, to that too.
    """
    connection = ibis.duckdb.connect()
    whose = connection.read_parquet(str(where / manifest.identities.file), table_name="whose")
    files = [str(where / piece.file) for piece in manifest.days.values()]
    if not files:
        empty = ibis.memtable(pa.table({f.name: pa.array([], f.type) for f in BASE}))
        return empty.mutate(profile=empty.owner).drop("owner", "device", "received_at")
    events = connection.read_parquet(files, table_name="events", union_by_name=True)
    persons, devices = whose.filter(~whose.device), whose.filter(whose.device)
    own = events.join(persons.drop("device"), events.owner == persons.identity)
    sent = events.rename(sender="device").join(
        devices.drop("device"), ibis._.sender == devices.identity
    )
    kept = [name for name in events.columns if name not in ("owner", "device", "received_at")]
    return own.select("profile", *kept).union(sent.select("profile", *kept))
