"""The consent ledger's way in: words said in calls, written where they change something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from psycopg import AsyncConnection

Told = tuple[int, str, str, bool, int, str]
"""A word as it arrives: site, identity (hex), purpose, granted, at (microseconds), source."""


class Standing(NamedTuple):
    """What an identity said at one instant about purposes that it was not asked about since."""

    site_id: int
    identity: str
    consent: dict[str, bool]
    at: int


LOCK = "SELECT pg_advisory_xact_lock(20482, site) FROM unnest(%s::int[]) AS s (site) ORDER BY site"
"""Web processes write a site's ledger one after the other, or a standing could miss a word."""
WRITE = """
WITH told AS (
    SELECT * FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::bool[], %s::bigint[], %s::text[],
        %s::bool[]) AS t (site_id, identity, purpose, granted, at, source, turned)
)
INSERT INTO profiles_consententry (site_id, identity, purpose, granted, at, source)
SELECT site_id, identity, purpose, granted, at, source FROM told t
WHERE turned OR granted IS DISTINCT FROM (
    SELECT c.granted FROM profiles_consententry c
    WHERE c.identity = t.identity AND c.purpose = t.purpose AND c.at <= t.at
    ORDER BY c.at DESC, c.granted LIMIT 1)
ORDER BY at
RETURNING encode(uuid_send(identity), 'hex')
"""
STANDING = """
SELECT site_id, encode(uuid_send(identity), 'hex'), jsonb_object_agg(purpose, granted), at
FROM (
    SELECT DISTINCT ON (identity, purpose) site_id, identity, purpose, granted, at
    FROM profiles_consententry WHERE identity = ANY(%s::uuid[])
    ORDER BY identity, purpose, at DESC, granted
) last GROUP BY 1, 2, 4
"""


async def record(connection: AsyncConnection[Any], told: Iterable[Told]) -> list[Standing]:
    """Write the words that change something; return the standing of whom they changed.

    A word repeated on every call is written once. A word older than the ledger's last is written
    under its own instant, and so opens nothing again. At one instant the no wins.
    """
    turns = _turns(told)
    await connection.execute(LOCK, [sorted({word[0] for word in turns})])
    cursor = await connection.execute(WRITE, [list(c) for c in zip(*turns, strict=True)])
    changed = sorted({identity for (identity,) in await cursor.fetchall()})
    if not changed:
        return []
    cursor = await connection.execute(STANDING, [changed])
    return [Standing(*row) for row in await cursor.fetchall()]


def _turns(told: Iterable[Told]) -> Sequence[tuple[Any, ...]]:
    """Return the words that differ from the one before them, and whether they turned one of these.

    >>> [t[3:5] + t[6:] for t in _turns([(1, "a", "p", True, 3, ""), (1, "a", "p", True, 4, "")])]
    [(True, 3, False)]
    """
    turns: list[tuple[Any, ...]] = []
    last: dict[tuple[str, str], bool] = {}
    for word in sorted(told, key=lambda word: (word[4], not word[3])):
        name = (word[1], word[2])
        if last.get(name) != word[3]:
            turns.append((*word, name in last))
            last[name] = word[3]
    return turns
