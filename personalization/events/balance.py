"""The books of the events: each accepted one was applied, doubled, refused, set aside, or waits."""

from __future__ import annotations

from typing import Any

from personalization.plant import sql

FATES = ("applied", "deduplicated", "refused", "quarantined")
BOOKS = """
SELECT site_id, sum(accepted)::bigint, sum(applied)::bigint, sum(deduplicated)::bigint,
       sum(refused)::bigint, sum(quarantined)::bigint, sum(pending)::bigint
FROM (
    SELECT site_id,
           count * (name = 'accepted')::int AS accepted,
           count * (name = 'applied')::int AS applied,
           count * (name = 'deduplicated')::int AS deduplicated,
           count * (name = 'refused')::int AS refused,
           count * (name = 'quarantined')::int AS quarantined,
           0 AS pending
    FROM events_counter
    UNION ALL
    SELECT site_id, 0, 0, 0, 0, 0, count FROM events_inbox
) entries
GROUP BY site_id ORDER BY site_id
"""
"""One statement, so one snapshot: the books are even at any instant (P4)."""


def books() -> list[dict[str, Any]]:
    """Return each site's counts and ``difference``: accepted less every fate; zero is right."""
    names = ("site", "accepted", *FATES, "pending")
    found = [dict(zip(names, row, strict=True)) for row in sql.rows(BOOKS)]
    for book in found:
        told = sum(book[fate] for fate in FATES) + book["pending"]
        book["difference"] = book["accepted"] - told
    return found
