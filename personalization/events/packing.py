"""Parcels become rows: one packed row a site, lane and shard, in a few statements a commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import AsyncConnection

from personalization.events import previews
from personalization.events.parcel import Parcel

ROW_BYTES = {"live": 256 * 1024, "import": 2 * 1024 * 1024}
ROW_EVENTS = {"live": 500, "import": 2_000}
"""A packed row is closed when it has so many bytes or events: a batch of the drain is some rows."""
INBOX = """
INSERT INTO events_inbox (site_id, lane, shard, received_at, count, payload)
SELECT * FROM unnest(%b::int[], %b::text[], %b::smallint[], %b::bigint[], %b::int[], %b::bytea[])
"""
QUARANTINE = """
INSERT INTO events_quarantined (site_id, lane, received_at, code, at, message, body)
SELECT * FROM unnest(
    %s::int[], %s::text[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
"""
COUNT = """
INSERT INTO events_counter (site_id, slot, name, count)
SELECT site, %s::smallint, name, count FROM unnest(%s::int[], %s::text[], %s::bigint[])
AS c (site, name, count) ORDER BY 1, 2, 3
ON CONFLICT (site_id, slot, name) DO UPDATE SET count = events_counter.count + excluded.count
"""
Row = tuple[int, str, int, int, int, bytes]


async def store(connection: AsyncConnection[Any], parcels: Sequence[Parcel], slot: int) -> None:
    """Write the parcels' rows, refusals and counts; the caller holds the transaction."""
    packed = rows(parcels)
    if packed:
        await connection.execute(INBOX, _columns(packed))
    refused = [refusal for parcel in parcels for refusal in parcel.refused]
    if refused:
        await connection.execute(QUARANTINE, _columns(refused))
    counts = _counts(parcels)
    if counts:
        await connection.execute(COUNT, [slot, *_columns(counts)])


def rows(parcels: Iterable[Parcel]) -> list[Row]:
    """Return the packed rows of some parcels."""
    waiting: dict[tuple[int, str, int], list[Any]] = {}
    done: list[Row] = []
    for parcel in parcels:
        for shard, lines in parcel.lines.items():
            place = (parcel.site_id, parcel.lane, shard)
            _add(waiting.setdefault(place, [parcel.received_at, 0, []]), lines)
            _close(place, waiting, done)
    return done + [_row(place, held) for place, held in waiting.items()]


def _add(held: list[Any], lines: list[bytes]) -> None:
    held[1] += sum(map(len, lines))
    held[2] += lines


def _close(place: tuple[int, str, int], waiting: dict[Any, list[Any]], done: list[Row]) -> None:
    """Close a row that is full, cutting what one call alone brought over the limits."""
    lane, held = place[1], waiting[place]
    if held[1] < ROW_BYTES[lane] and len(held[2]) < 2 * ROW_EVENTS[lane]:
        return
    del waiting[place]
    start = size = 0
    for index in range(0, len(held[2]), 2):
        size += len(held[2][index]) + len(held[2][index + 1])
        over = size >= ROW_BYTES[lane] or index + 2 - start >= 2 * ROW_EVENTS[lane]
        if over or index + 2 == len(held[2]):
            done.append(_row(place, [held[0], size, held[2][start : index + 2]]))
            start, size = index + 2, 0


def _row(place: tuple[int, str, int], held: list[Any]) -> Row:
    site, lane, shard = place
    return site, lane, shard, held[0], len(held[2]) // 2, b"\n".join(held[2])


def _counts(parcels: Iterable[Parcel]) -> list[tuple[int, str, int]]:
    counts: dict[tuple[int, str], int] = {}
    for parcel in parcels:
        kinds = (
            ("accepted", parcel.count + len(parcel.refused)),
            ("quarantined", len(parcel.refused)),
            (previews.name(parcel.received_at), parcel.previewed),
        )
        for name, by in kinds:
            if by:
                counts[parcel.site_id, name] = counts.get((parcel.site_id, name), 0) + by
    return [(site, name, by) for (site, name), by in counts.items()]


def _columns(table: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*table, strict=True)]
