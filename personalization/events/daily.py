"""The log by day: which days changed since they were read, and the counted events of some."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection

from personalization.plant import sql
from rules.feeds import name_of

LENGTH = 86_400_000_000
"""The microseconds of a day."""
FETCHED = 5_000
_DAY = f"(at - ((at %% {LENGTH}) + {LENGTH}) %% {LENGTH}) / {LENGTH}"
MARKS = f"""
SELECT {_DAY}, count(*), bit_xor(uuid_hash_extended(message, 0)) FROM events_log
WHERE site_id = %s AND counted AND at >= %s GROUP BY 1 ORDER BY 1
"""
ROWS = f"""
SELECT {_DAY}, {sql.hexed("owner")}, {sql.hexed("device")}, at, received_at, {sql.hexed("message")},
    kind, name, body
FROM events_log WHERE site_id = %s AND counted AND {_DAY} = ANY(%s) ORDER BY at, message
"""


class Counted(NamedTuple):
    """One counted event: ids in hex, microseconds UTC, its name as conditions say it."""

    owner: str
    device: str | None
    at: int
    received_at: int
    tie: str
    name: str
    body: bytes


def marks(site_id: int, since: int) -> dict[int, str]:
    """Return a mark of the counted events of each day from ``since`` on: the same mark, the same.

    One pass over the log's narrow columns; whatever changed it is noticed: events that came late,
    that were struck out, that count again, that are gone.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARKS, [site_id, since * LENGTH])
        return {day: f"{count}:{mark}" for day, count, mark in cursor.fetchall()}


def events(site_id: int, days: Collection[int]) -> Iterator[tuple[int, Iterator[Counted]]]:
    """Yield these days in order, each with its counted events: one pass over the log for all."""
    if not days:
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS, [site_id, list(days)])
        yield from (
            (day, (_counted(row) for row in rows))
            for day, rows in groupby(_fetched(cursor), key=lambda row: row[0])
        )


def _fetched(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(FETCHED):
        yield from rows


def _counted(row: tuple[Any, ...]) -> Counted:
    _, owner, device, at, received_at, tie, kind, name, body = row
    return Counted(owner, device, at, received_at, tie, name_of(kind, name), bytes(body))
