"""Deliveries: written with what caused them, taken lane by lane, tried for three days, kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from personalization.plant import sql
from personalization.plant.instants import SECOND
from personalization.push.models import Delivery
from personalization.push.registry import Load, Outcome

PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before the second attempt, the third, and so on: 75 hours in all (Standard Webhooks)."""
JITTER = 0.2
"""By so much of a pause it may be longer: receivers are not all called at one instant."""
LEASE = 60 * SECOND
"""What is being tried is nobody else's for so long; longer than any attempt takes."""
KEPT = 30 * 86_400 * SECOND
"""So long what has ended can be looked at."""


Join = Callable[[Mapping[str, Any], Mapping[str, Any]], Mapping[str, Any]]
"""How a payload and another become one."""


class Draft(NamedTuple):
    """What is to be delivered: ``key`` makes it count once, ``lane`` says whose it is."""

    key: str
    lane: str
    kind: str
    payload: Mapping[str, Any]


WRITE = """
INSERT INTO push_delivery
    (site_id, key, lane, kind, payload, state, due, attempts, written_at, answer, error, headers,
    merges)
SELECT %s, key, lane, kind, payload, 'waiting', %s, 0, %s, '', '', '{}', %s
FROM unnest(%b::text[], %b::text[], %b::text[], %s::jsonb[]) AS n (key, lane, kind, payload)
ORDER BY key ON CONFLICT (key) DO NOTHING
"""
MERGING = """
SELECT id, payload FROM push_delivery WHERE merges = %s AND state = 'waiting' AND attempts = 0
FOR UPDATE
"""
TAKE = """
WITH RECURSIVE lanes AS (
    (SELECT lane FROM push_delivery WHERE state = 'waiting' ORDER BY lane LIMIT 1)
    UNION ALL
    SELECT (SELECT d.lane FROM push_delivery d WHERE d.state = 'waiting' AND d.lane > l.lane
        ORDER BY d.lane LIMIT 1) FROM lanes l WHERE l.lane IS NOT NULL
), chosen AS (
    SELECT waiting.id FROM lanes l LEFT JOIN unnest(%s::text[], %s::int[]) AS b (lane, most)
        ON b.lane = l.lane,
    LATERAL (
        SELECT d.id, d.due FROM push_delivery d
        WHERE d.state = 'waiting' AND d.lane = l.lane AND d.due <= %s
        ORDER BY d.due, d.id LIMIT coalesce(b.most, %s) FOR UPDATE SKIP LOCKED
    ) waiting WHERE l.lane IS NOT NULL ORDER BY waiting.due LIMIT %s
)
UPDATE push_delivery d SET due = %s, attempts = d.attempts + 1, merges = '' FROM chosen
WHERE d.id = chosen.id
RETURNING d.id, d.site_id, d.key, d.lane, d.kind, d.payload, d.attempts, d.written_at
"""
END = """
UPDATE push_delivery SET state = %s, due = %s, ended_at = %s, status = %s, ms = %s, answer = %s,
    error = %s, headers = %s::jsonb
WHERE id = %s AND attempts = %s AND state = 'waiting' RETURNING id
"""


def write(site: int, drafts: Iterable[Draft], now: int, after: int = 0) -> None:
    """Let deliveries wait, in the transaction of what caused them; one known already is left.

    They are due ``after`` so many microseconds.
    """
    kept = list(drafts)
    columns = [[draft[part] for draft in kept] for part in range(3)]
    payloads = [orjson.dumps(draft.payload).decode() for draft in kept]
    if kept:
        sql.run(WRITE, [site, now + after, now, "", *columns, payloads])


def merge(site: int, draft: Draft, word: str, join: Join, times: tuple[int, int]) -> None:
    """Add a draft to the delivery that still merges this word, or let it wait as a new one.

    What was tried once is never added to: its receiver may have it already, under its id.
    ``times`` are now, and when a new one is due.
    """
    now, due = times
    for pk, payload in sql.rows(MERGING, [word]):
        told = orjson.dumps(join(payload, draft.payload)).decode()
        sql.run("UPDATE push_delivery SET payload = %s::jsonb WHERE id = %s", [told, pk])
        return
    columns = [[draft.key], [draft.lane], [draft.kind], [orjson.dumps(draft.payload).decode()]]
    sql.run(WRITE, [site, due, now, word, *columns])


def take(now: int, most: int, each: int, busy: Mapping[str, int]) -> list[Load]:
    """Take what is due, at most ``each`` of a lane, or what ``busy`` says; it is leased to us.

    Lanes are found one by one through the index: a lane where a million wait costs as little.
    """
    lanes, room = list(busy), list(busy.values())
    found = sql.rows(TAKE, [lanes, room, now, each, most, now + LEASE])
    return [Load._make((*row, now, (), None)) for row in sorted(found, key=lambda row: row[0])]


def end(load: Load, outcome: Outcome, now: int) -> Outcome:
    """Write what came of an attempt; after the last one what would be tried again is dead."""
    if outcome.state == Delivery.State.WAITING and load.attempt > len(PAUSES):
        outcome = outcome._replace(state=Delivery.State.DEAD.value)
    waits = outcome.state == Delivery.State.WAITING
    due = now + pause(load.key, load.attempt, outcome.not_before) if waits else now
    headers = orjson.dumps(dict(outcome.headers)).decode()
    told = (outcome.status, outcome.ms, outcome.answer, outcome.error[:40], headers)
    sql.rows(END, [outcome.state, due, None if waits else now, *told, load.id, load.attempt])
    return outcome


def pause(key: str, attempt: int, not_before: int = 0) -> int:
    """Return how long to wait after an attempt, in microseconds: the same for the same attempt.

    >>> 5_000_000 <= pause("a", 1) <= 6_000_000, pause("a", 1, 60) >= 60_000_000
    (True, True)
    """
    seconds = max(PAUSES[min(attempt, len(PAUSES)) - 1], not_before)
    drawn = int.from_bytes(blake2b(f"{key} {attempt}".encode(), digest_size=4).digest())
    return int(seconds * SECOND * (1 + JITTER * drawn / 2**32))


def replay(pks: Iterable[int], now: int) -> int:
    """Let what is dead, dropped or done wait again, under the same key; return how many do."""
    rows = Delivery.objects.filter(pk__in=list(pks)).exclude(state=Delivery.State.WAITING)
    fresh = {"state": Delivery.State.WAITING, "due": now, "attempts": 0, "ended_at": None}
    fresh["merges"] = ""
    return rows.update(**fresh)


def forget(keys: Iterable[str]) -> None:
    """Delete deliveries, waiting or ended: they are about somebody who said no."""
    sql.run("DELETE FROM push_delivery WHERE key = ANY(%b::text[])", [list(keys)])


def dead() -> int:
    """Return how many dead letters lie here."""
    return Delivery.objects.filter(state=Delivery.State.DEAD).count()


def sweep(now: int) -> int:
    """Delete what ended long ago; return how many."""
    ended = Delivery.objects.exclude(state=Delivery.State.WAITING)
    return ended.filter(ended_at__lt=now - KEPT).delete()[0]
