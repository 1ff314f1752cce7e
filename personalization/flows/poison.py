"""Poison: a batch that cannot be worked is taken apart until the bad event stands alone."""

from __future__ import annotations

from django.db import transaction

from personalization.events import inbox, log
from personalization.events.models import Quarantined
from personalization.flows.event import Appetite
from personalization.plant import sql

SPLIT = """
INSERT INTO events_inbox (site_id, lane, shard, received_at, count, payload)
SELECT site_id, lane, shard, received_at, 1, n.payload FROM events_inbox,
unnest(%b::bytea[]) AS n (payload) WHERE id = %s
"""
ROWS = "SELECT payload FROM events_inbox WHERE id = %s"


def smaller(lane: str, appetite: Appetite) -> Appetite:
    """Return a smaller appetite; at a single row, split it or quarantine its only event."""
    if appetite.rows > 1:
        return appetite._replace(rows=max(1, appetite.rows // 4))
    with transaction.atomic():
        batch = inbox.lease(lane, 1, 1)
        if len(batch.messages) > 1:
            _split(batch.rows[0])
        elif batch.messages:
            _quarantine(batch)
    return appetite


def _split(row: int) -> None:
    ((payload,),) = sql.rows(ROWS, [row])
    lines = bytes(payload).split(b"\n")
    pairs = [b"\n".join(pair) for pair in zip(lines[::2], lines[1::2], strict=True)]
    sql.run(SPLIT, [pairs, row])
    sql.run("DELETE FROM events_inbox WHERE id = %s", [row])


def _quarantine(batch: inbox.Batch) -> None:
    message = batch.messages[0]
    Quarantined.objects.create(
        site_id=message.site,
        lane=batch.lane,
        received_at=message.received_at,
        code="unworkable",
        at="",
        message="admitted, but the drain could not work it; see the worker's log",
        body=message.body.decode(),
    )
    batch.count(message.site, "quarantined")
    inbox.delete(batch)
    log.count(batch, slot=64 + batch.shards[0])
