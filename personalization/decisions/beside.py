"""What running shadows are and saw, read and written by the processes that answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import orjson

from personalization.plant.lookups import Lookups

RUNNING = """
WITH over AS (
  UPDATE decisions_shadow s SET stopped_at = %(now)s,
    ended = CASE WHEN r.status <> 'draft' THEN 'unfit' WHEN s.seen >= s.most THEN 'enough'
      ELSE 'time' END
  FROM decisions_matrixrevision r
  WHERE s.stopped_at IS NULL AND r.id = s.revision_id
    AND (s.ends_at <= %(now)s OR s.seen >= s.most OR r.status <> 'draft')
  RETURNING s.id)
SELECT s.id, s.site_id, l.key, r.number, s.share FROM decisions_shadow s
JOIN decisions_matrixrevision r ON r.id = s.revision_id
JOIN decisions_matrix m ON m.id = r.matrix_id JOIN content_slot l ON l.id = m.slot_id
WHERE s.stopped_at IS NULL AND s.id NOT IN (SELECT id FROM over) ORDER BY s.id
"""
"""Ends what is over; returns what runs."""
WRITE = """
WITH told AS (
  SELECT n.* FROM jsonb_to_recordset(%s::jsonb) AS n(shadow int, live_row text, draft_row text,
    live_variant text, draft_variant text, many bigint, people jsonb)
  JOIN decisions_shadow s ON s.id = n.shadow AND s.stopped_at IS NULL),
summed AS (
  UPDATE decisions_shadow s SET seen = s.seen + t.many
  FROM (SELECT shadow, sum(many) AS many FROM told GROUP BY shadow) t WHERE t.shadow = s.id)
INSERT INTO decisions_shadowpair AS p (shadow_id, live_row, draft_row, live_variant,
  draft_variant, count, sample)
SELECT shadow, live_row, draft_row, live_variant, draft_variant, many, people FROM told
ON CONFLICT (shadow_id, live_row, draft_row, live_variant, draft_variant) DO UPDATE
SET count = p.count + excluded.count,
  sample = CASE WHEN jsonb_array_length(p.sample) >= 10 THEN p.sample
    ELSE p.sample || excluded.sample END
"""
UNFIT = """
UPDATE decisions_shadow SET stopped_at = %s, ended = 'unfit' WHERE id = %s AND stopped_at IS NULL
"""
WITHIN = 5.0


class Running(NamedTuple):
    """A shadow that runs."""

    id: int
    site: int
    slot: str
    number: int
    share: float


class Pair(NamedTuple):
    """What the live matrix said of a decision, and what the draft says."""

    shadow: int
    live_row: str
    draft_row: str
    live_variant: str
    draft_variant: str


async def running(lookups: Lookups, now: int) -> list[Running]:
    """End the shadows that are over, and return the others."""
    rows = await lookups.rows(RUNNING, {"now": now}, within=WITHIN)
    return [Running(*row) for row in rows]


async def write(lookups: Lookups, seen: Counter[Pair], people: Mapping[Pair, list[str]]) -> None:
    """Add what was seen; of a shadow that is over nothing is."""
    told = [
        {**pair._asdict(), "many": many, "people": people.get(pair, [])}
        for pair, many in sorted(seen.items())
    ]
    if told:
        await lookups.rows(WRITE, (orjson.dumps(told).decode(),), within=WITHIN)


async def unfit(lookups: Lookups, shadow: int, now: int) -> None:
    """End a shadow that cannot decide."""
    await lookups.rows(UNFIT, (now, shadow), within=WITHIN)
