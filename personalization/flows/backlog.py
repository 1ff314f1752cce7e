"""What is still to be done, and how old the oldest of it is: inbox, timers, outbox."""

from __future__ import annotations

from typing import Any

from personalization.plant import sql

INBOX = """
SELECT lane, shard, count(*), sum(count), min(received_at) FROM events_inbox
GROUP BY lane, shard ORDER BY lane, shard
"""
TIMER = "SELECT due FROM segments_timer ORDER BY due LIMIT 1"
OUTBOX = "SELECT written_at FROM push_outbox ORDER BY id LIMIT 1"
COUNTERS = """
SELECT site_id, name, sum(count) FROM events_counter WHERE %s::int[] IS NULL OR site_id = ANY(%s)
GROUP BY site_id, name ORDER BY site_id, name
"""


def look(now: int) -> dict[str, Any]:
    """Return the backlog of the installation; ages are seconds, and none is below zero.

    The inbox is summed up, since it holds packed rows and is short; other tables are only asked
    for their oldest row.
    """
    shards = [
        {
            "lane": lane,
            "shard": shard,
            "rows": rows,
            "events": int(events),
            "age": _age(oldest, now),
        }
        for lane, shard, rows, events, oldest in sql.rows(INBOX)
    ]
    return {
        "lanes": [_lane(name, shards) for name in ("live", "import")],
        "shards": shards,
        "timer": _oldest(TIMER, now),
        "outbox": _oldest(OUTBOX, now),
    }


def balance(sites: list[int] | None) -> dict[int, dict[str, int]]:
    """Return each site's counters: accepted, applied, deduplicated, refused, quarantined ..."""
    found: dict[int, dict[str, int]] = {}
    for site, name, count in sql.rows(COUNTERS, [sites, sites]):
        found.setdefault(site, {})[name] = int(count)
    return found


def _lane(name: str, shards: list[dict[str, Any]]) -> dict[str, Any]:
    mine = [shard for shard in shards if shard["lane"] == name]
    oldest = max((shard["age"] for shard in mine), default=None)
    return {"lane": name, "events": sum(shard["events"] for shard in mine), "age": oldest}


def _oldest(statement: str, now: int) -> float | None:
    found = sql.rows(statement)
    return _age(found[0][0], now) if found else None


def _age(instant: int, now: int) -> float:
    return max(0, now - instant) / 1_000_000
