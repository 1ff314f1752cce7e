"""The log: every admitted event once, under the identity it came with; and how each one fared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from personalization.events.inbox import Batch, Message
from personalization.plant import sql

ADMIT = f"""
INSERT INTO events_admitted (site_id, message, body)
SELECT *
FROM unnest(%b::int[], %b::text[]::uuid[], %b::text[]::uuid[]) AS m (site, message, body)
ORDER BY site, message ON CONFLICT DO NOTHING RETURNING site_id, {sql.hexed("message")}
"""
CLASHES = """
SELECT m.site
FROM unnest(%b::int[], %b::text[]::uuid[], %b::text[]::uuid[]) AS m (site, message, body)
JOIN events_admitted a ON a.site_id = m.site AND a.message = m.message AND a.body <> m.body
"""
COPY = (
    "COPY events_log (site_id, message, owner, device, at, received_at, kind, name, body, counted,"
    " marks) FROM STDIN"
)
COUNT = """
INSERT INTO events_counter (site_id, slot, name, count)
SELECT * FROM unnest(%b::int[], %b::int[], %b::text[], %b::bigint[]) ORDER BY 1, 2, 3
ON CONFLICT (site_id, slot, name) DO UPDATE SET count = events_counter.count + excluded.count
"""
HISTORY = f"""
SELECT {sql.hexed("w.profile")}, {sql.hexed("l.message")}, l.kind, l.name, l.at, l.body
FROM unnest(%b::text[]::uuid[], %b::text[]::uuid[], %b::bool[], %b::bigint[])
 AS w (profile, identity, device, after)
JOIN events_log l ON l.counted AND l.at > w.after
 AND ((NOT w.device AND l.owner = w.identity) OR (w.device AND l.device = w.identity))
"""

DISCOUNT = f"""
WITH taken AS (
    UPDATE events_log e SET counted = false, marks = 'withdrawn'
    FROM (
        SELECT l.id FROM events_log l
        JOIN unnest(%b::text[]::uuid[], %b::bigint[]) AS w (identity, before)
          ON l.owner = w.identity AND l.received_at < w.before
        UNION
        SELECT l.id FROM events_log l
        JOIN unnest(%b::text[]::uuid[], %b::bigint[]) AS w (identity, before)
          ON l.device = w.identity AND l.received_at < w.before
    ) f
    WHERE e.id = f.id AND (e.counted OR e.marks = 'late')
    RETURNING e.owner, e.device
)
SELECT DISTINCT {sql.hexed("owner")}, {sql.hexed("device")} FROM taken
"""


EVER = 2**62
"""An instant after all there are."""


class Entry(NamedTuple):
    """One stored event of one profile, as a refold reads it."""

    profile: str
    message: str
    kind: str
    name: str
    at: int
    body: bytes


def admit(batch: Batch) -> list[Message]:
    """Return the batch's messages that were never admitted before, each once; count the others."""
    fresh: dict[tuple[int, str], Message] = {}
    repeated = []
    for message in batch.messages:
        first = fresh.setdefault((message.site, message.message), message)
        if first is not message:
            repeated.append(message)
            batch.count(message.site, "conflicts", first.fingerprint != message.fingerprint)
    won = {(site, message) for site, message in sql.rows(ADMIT, _columns(fresh.values()))}
    known = [message for key, message in fresh.items() if key not in won]
    for message in [*known, *repeated]:
        batch.count(message.site, "deduplicated")
    for (site,) in sql.rows(CLASHES, _columns(known)) if known else ():
        batch.count(site, "conflicts")
    return [message for key, message in fresh.items() if key in won]


def _columns(messages: Iterable[Message]) -> list[list[object]]:
    kept = list(messages)
    return [[m.site for m in kept], [m.message for m in kept], [m.fingerprint for m in kept]]


def write(messages: Sequence[Message], late: set[str]) -> None:
    """Append the messages; the late ones are stored, marked, and not counted into any state."""
    lines = [
        (m.site, m.message, m.owner, m.device, m.at, m.received_at, m.kind, m.name, m.body,
         m.message not in late, "late" if m.message in late else m.marks)
        for m in messages
    ]  # fmt: skip
    sql.copy(COPY, lines)


def count(batch: Batch, slot: int) -> None:
    """Add the batch's tally to the counters, in a slot of its own so that writers do not queue."""
    if not batch.tally:
        return
    pairs = list(batch.tally.items())
    columns = [[s for (s, _), _ in pairs], [slot] * len(pairs), [n for (_, n), _ in pairs]]
    sql.run(COUNT, [*columns, [by for _, by in pairs]])


def history(wanted: Sequence[tuple[str, str, bool, int]]) -> list[Entry]:
    """Return counted events of (profile, identity, by device?, after this), in event order."""
    if not wanted:
        return []
    columns = [list(column) for column in zip(*wanted, strict=True)]
    entries = {(e.profile, e.message): e for e in map(Entry._make, sql.rows(HISTORY, columns))}
    return sorted(entries.values(), key=lambda e: (e.profile, e.at, e.message))


def discount(owners: Sequence[tuple[str, int]], devices: Sequence[tuple[str, int]]) -> set[str]:
    """Take what owners did, or what came from devices, out of every state for good (withdrawal).

    Of each what was received before an instant. The late events among them, which did not count
    yet, never will. Returns the identities that these events came with.
    """
    asked = [[pair[part] for pair in side] for side in (owners, devices) for part in (0, 1)]
    taken = sql.rows(DISCOUNT, asked)
    return {identity for pair in taken for identity in pair if identity is not None}


def take_in_late(identities: Sequence[str]) -> None:
    """Let the events that came too late count from now on; their mark stays."""
    sql.run(
        "UPDATE events_log SET counted = true WHERE NOT counted AND marks = 'late'"
        " AND (owner = ANY(%b::text[]::uuid[]) OR device = ANY(%b::text[]::uuid[]))",
        [list(identities), list(identities)],
    )
