"""The end of the log: the newest events, and those that come while somebody watches."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import NamedTuple

import orjson

from personalization.plant import sql
from personalization.plant.instants import to_text

PAUSE = 0.5
"""Seconds between two looks."""
BEHIND = 1_000
"""Ids may become visible out of order: so many before the newest are looked at again."""
READ = f"""
SELECT * FROM (
    SELECT id, site_id, at, received_at, kind, name, {sql.hexed("owner")}, marks, counted, body
    FROM events_log WHERE id > %s AND (%s::int IS NULL OR site_id = %s) ORDER BY id DESC LIMIT %s
) newest ORDER BY id
"""


class Entry(NamedTuple):
    """One event of the log, as it is shown."""

    id: int
    site: int
    at: int
    received_at: int
    kind: str
    name: str
    owner: str
    marks: str
    counted: bool
    body: bytes


def entries(site: int | None, number: int, follow: bool) -> Iterator[Entry]:
    """Return the newest events, oldest first; then, if asked, what follows."""
    found = _read(site, 0, number)
    yield from found
    seen = {entry.id for entry in found}
    while follow:
        newest = max(seen, default=0)
        fresh = [e for e in _read(site, max(newest - BEHIND, 0), BEHIND) if e.id not in seen]
        fresh = [entry for entry in fresh if entry.id > min(seen, default=0)]
        yield from fresh
        seen = {i for i in seen if i > newest - BEHIND} | {entry.id for entry in fresh}
        if not fresh:
            time.sleep(PAUSE)


def line(entry: Entry) -> str:
    """Return an event as a line of text."""
    marks = " ".join(filter(None, [entry.marks, "" if entry.counted else "not counted"]))
    return (
        f"{to_text(entry.at)}  {entry.kind:<8} {entry.name:<24} {entry.owner[:8]}  "
        f"{bytes(entry.body).decode()[:120]}  {marks}".rstrip()
    )


def document(entry: Entry) -> str:
    """Return an event as a line of JSON."""
    told = entry._asdict() | {
        "at": to_text(entry.at),
        "received_at": to_text(entry.received_at),
        "body": orjson.Fragment(bytes(entry.body)),
    }
    return orjson.dumps(told).decode()


def _read(site: int | None, after: int, limit: int) -> list[Entry]:
    return [Entry._make(row) for row in sql.rows(READ, [after, site, site, limit])]
