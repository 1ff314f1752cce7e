"""Files to import: JSON lines, CSV and Parquet, read in a fixed order, one event at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

LINES = {".jsonl", ".ndjson", ".json"}
READERS = {
    ".parquet": "read_parquet($file)",
    ".csv": "read_csv($file, all_varchar = true, header = true)",
    ".tsv": "read_csv($file, all_varchar = true, header = true, delim = '\t')",
}
AT_ONCE = 5_000
FIRST, ROW = "#first", "#row"


class Unreadable(ValueError):  # noqa: N818 - a word to the user
    """The file is not one we can read, or lacks a column."""


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_lines(path: Path) -> bool:
    """Return whether a file holds one JSON document a line."""
    return path.suffix.lower() in LINES


def lines(path: Path) -> Iterator[bytes]:
    """Return the lines that are not empty."""
    with path.open("rb") as file:
        for line in file:
            if line.strip():
                yield line


def groups(
    path: Path, columns: frozenset[str], group_by: str | None
) -> Iterator[list[dict[str, Any]]]:
    """Return the file's rows in order; those equal in ``group_by`` together, where the first is."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise Unreadable(f"{path.name}: we read {', '.join(sorted({*READERS, *LINES}))}")
    with duckdb.connect() as connection:
        try:
            cursor = connection.execute(_query(reader, columns, group_by), {"file": str(path)})
        except duckdb.Error as error:
            raise Unreadable(f"{path.name}: {error}") from None
        for _, rows in groupby(_rows(cursor), itemgetter(FIRST)):
            yield [{name: row[name] for name in columns} for row in rows]


def _query(reader: str, columns: frozenset[str], group_by: str | None) -> str:
    wanted = ", ".join(map(_quoted, sorted(columns)))
    first = f'min("{ROW}") OVER (PARTITION BY {_quoted(group_by)})' if group_by else f'"{ROW}"'
    source = f'SELECT {wanted}, row_number() OVER () AS "{ROW}" FROM {reader}'
    return f'SELECT *, {first} AS "{FIRST}" FROM ({source}) ORDER BY "{FIRST}", "{ROW}"'


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _rows(cursor: Any) -> Iterator[dict[str, Any]]:
    names = [column[0] for column in cursor.description]
    while part := cursor.fetchmany(AT_ONCE):
        for row in part:
            yield dict(zip(names, row, strict=True))
