"""Profiles as columns on the disk: one file, mapped into memory, a column a kind of value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from personalization.features.columns.told import Told

PARTS: Mapping[str, pa.DataType] = {
    "text": pa.dictionary(pa.int32(), pa.string()),
    "vast": pa.dictionary(pa.int32(), pa.string()),
    "json": pa.dictionary(pa.int32(), pa.string()),
    "whole": pa.int64(),
    "real": pa.float64(),
    "flag": pa.uint8(),
    "unknown": pa.uint8(),
}
"""The parts of a value. Texts are one number a row and a dictionary."""
LEFT_OUT = "left_out"
"""The column that says how many columns there was no room for."""
MOST_COLUMNS = 4_000
"""So many columns one file has at most: traits beyond are left out, and asked of the profiles."""


def table(rows: Iterable[tuple[str, int, Told]]) -> pa.Table:
    """Return profiles (hex), their versions and what is known of them as a table."""
    profiles, versions, untils = list[str](), list[int](), list[int | None]()
    found: dict[str, tuple[list[int], list[Any]]] = {}
    for profile, version, told in rows:
        for cell in told.cells:
            places, said = found.setdefault(f"{cell.name}|{cell.part}", ([], []))
            places.append(len(profiles))
            said.append(cell.value)
        profiles.append(profile)
        versions.append(version)
        untils.append(told.until)
    kept = sorted(found, key=lambda name: (name.startswith("traits."), name))[:MOST_COLUMNS]
    columns = {name: _spread(name, *found[name], len(profiles)) for name in kept}
    if len(found) > len(kept):
        columns[LEFT_OUT] = pa.array([len(found) - len(kept)] * len(profiles), pa.int64())
    base: dict[str, list[Any]] = {"profile": profiles, "version": versions, "until": untils}
    schema = pa.schema([("profile", pa.string()), ("version", pa.int64()), ("until", pa.int64())])
    return pa.table({**_arrays(base, schema), **columns})


def _arrays(base: Mapping[str, list[Any]], schema: pa.Schema) -> dict[str, pa.Array]:
    return {field.name: pa.array(base[field.name], field.type) for field in schema}


def _spread(name: str, places: list[int], said: list[Any], length: int) -> pa.Array:
    whole: list[Any] = [None] * length
    for place, value in zip(places, said, strict=True):
        whole[place] = int(value) if isinstance(value, bool) else value
    kind = PARTS[name.rpartition("|")[2]]
    if pa.types.is_dictionary(kind):
        return pa.array(whole, pa.string()).dictionary_encode()
    return pa.array(whole, kind)


def joined(old: pa.Table, keep: np.ndarray[Any, Any], fresh: pa.Table) -> pa.Table:
    """Return the rows that are kept and those that are fresh as one table."""
    kept = old.filter(pa.array(keep))
    whole = pa.concat_tables([kept, fresh], promote_options="default")
    empty = [n for n in whole.column_names if whole[n].null_count == len(whole)]
    gone = [name for name in empty if "|" in name]
    return whole.drop_columns(gone).unify_dictionaries().combine_chunks()


def left_out(whole: pa.Table) -> int:
    """Return for how many columns there was no room."""
    said = whole[LEFT_OUT].to_pylist() if LEFT_OUT in whole.column_names else []
    return max((count for count in said if count is not None), default=0)


def write(path: Path, whole: pa.Table) -> None:
    """Write a table so that it can be mapped: one batch, nothing compressed."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, whole.schema) as writer:
        writer.write_table(whole.combine_chunks(), max_chunksize=max(1, len(whole)))


def read(path: Path) -> pa.Table:
    """Return a table whose columns are mapped, not read, until they are asked."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
