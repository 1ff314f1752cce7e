"""The inbox: packed queue rows, read whole under a lease, deleted with their effects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson

from personalization.plant import sql
from personalization.sites.naming import SHARDS, identity_hex


class Message(NamedTuple):
    """One admitted event as it lies in the inbox; ids are 32 hex digits, instants microseconds."""

    site: int
    message: str
    fingerprint: str
    kind: str
    name: str
    at: int
    received_at: int
    marks: str
    verified: bool
    owner: str
    device: str | None
    aliases: tuple[str, ...]
    names: tuple[tuple[str, str, str], ...]
    consent: dict[str, bool] | None
    gpc: bool
    body: bytes


@dataclass(slots=True)
class Batch:
    """What one transaction works on: leased shards' rows and the messages in them."""

    lane: str
    shards: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    tally: dict[tuple[int, str], int] = field(default_factory=dict)

    def count(self, site: int, name: str, by: int = 1) -> None:
        """Count messages that met a fate; written with the batch."""
        if by:
            self.tally[site, name] = self.tally.get((site, name), 0) + by


LEASE = """
SELECT s.number FROM events_shard s, LATERAL (
    SELECT id FROM events_inbox i WHERE i.lane = s.lane AND i.shard = s.number ORDER BY id LIMIT 1
) oldest WHERE s.lane = %s ORDER BY oldest.id LIMIT %s FOR UPDATE OF s SKIP LOCKED
"""
FOUND = """
INSERT INTO events_shard (lane, number, last_error)
SELECT %s, number, '' FROM generate_series(0, %s) AS number
WHERE NOT EXISTS (SELECT 1 FROM events_shard WHERE lane = %s) ON CONFLICT DO NOTHING
"""
"""Leases are rows; a store that was emptied gets them again."""
TAKE = """
SELECT id, site_id, payload FROM (
    SELECT id, site_id, payload, sum(count) OVER (ORDER BY id) - count AS before
    FROM (SELECT * FROM events_inbox WHERE lane = %s AND shard = ANY(%s) ORDER BY id LIMIT %s) t
) u WHERE before < %s
"""


def lease(lane: str, rows: int, events: int, shards: int = SHARDS) -> Batch:
    """Lease free shards of the lane, those that wait longest first, and take some of their rows."""
    batch = Batch(lane, [number for (number,) in sql.rows(LEASE, [lane, shards])])
    if not batch.shards:
        sql.run(FOUND, [lane, SHARDS - 1, lane])
        return batch
    for row, site, payload in sql.rows(TAKE, [lane, batch.shards, rows, events]):
        batch.rows.append(row)
        batch.messages.extend(_unpack(site, bytes(payload)))
    return batch


def delete(batch: Batch) -> None:
    """Delete the batch's rows: in the transaction that stores their effects."""
    sql.run("DELETE FROM events_inbox WHERE id = ANY(%s)", [batch.rows])


def _unpack(site: int, payload: bytes) -> list[Message]:
    lines = payload.split(b"\n")
    return [
        _message(site, orjson.loads(head), body)
        for head, body in zip(lines[::2], lines[1::2], strict=True)
    ]


def _message(site: int, head: list[Any], body: bytes) -> Message:
    message, print_, kind, name, at, received, marks, trust, user, anonymous, previous, *rest = head
    names = []
    if user is not None:
        names.append((identity_hex(site, "user", user), "user", user))
    if anonymous is not None:
        names.append((identity_hex(site, "anonymous", anonymous), "anonymous", anonymous))
    owner, device = names[0][0], names[-1][0] if anonymous is not None else None
    aliases: tuple[str, ...] = ()
    if previous is not None:
        former = [(identity_hex(site, k, previous), k, previous) for k in ("user", "anonymous")]
        aliases = tuple(name[0] for name in former)
        names += former
    consent, gpc = rest
    return Message(
        site, message, print_, kind, name, at, received, marks, trust == "verified",
        owner, device, aliases, tuple(names), consent, bool(gpc), body,
    )  # fmt: skip
