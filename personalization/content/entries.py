"""Entries are kept where they are newer: one guard, in the statement that writes them.

Newer is what has the higher version; and, where versions say nothing (an entry is not found, or was
changed twice under one version), what was read later. A read that began before another one ended
does not know whether it is the later: it is doubtful, and is to be repeated. So whatever comes, in
any order and as often as it likes, the last word is the CMS's present state.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from cms_adapters.messages import Item
from personalization.content.cleaning import Row, row
from personalization.plant import sql
from rules.errors import InvalidError

EVERY = "*"
"""The locale of the tombstone of an entry of which nothing is left."""
Key = tuple[str, str, str]
"""External id, kind and locale."""


class Read(NamedTuple):
    """When the CMS was asked, and when its answer is written; ``pushed`` where it told us unasked.

    What is pushed is newer by its version alone.
    """

    asked: int
    now: int
    pushed: bool = False


class Kept(NamedTuple):
    """Which entries changed, of which it is not known whether they did, and what was unreadable."""

    changed: tuple[Key, ...] = ()
    doubtful: tuple[Key, ...] = ()
    faults: tuple[str, ...] = ()


COLUMNS = "external_id, kind, locale, version, status, title, url, fields, html, digest"
TOLD = f"""
SELECT * FROM unnest(%(external_id)b::text[], %(kind)b::text[], %(locale)b::text[],
    %(version)b::bigint[], %(status)b::text[], %(title)b::text[], %(url)b::text[],
    %(fields)s::jsonb[], %(html)b::text[], %(digest)b::text[]) AS n ({COLUMNS})
"""
LATER = "(%(asked)s >= {0}.seen_at OR {0}.seen_at > %(now)s)"
"""The read began when what is held had been read (or the clock was set back since)."""
BURIED = f"""
SELECT FROM content_entry s WHERE s.source_id = %(source)s AND s.external_id = n.external_id
    AND s.kind IN (n.kind, '') AND s.locale = '*'
    AND NOT (n.version > s.version AND (%(pushed)s OR {LATER.format("s")})
        OR n.version = s.version AND NOT %(pushed)s AND {LATER.format("s")})
"""
ALIVE = """
SELECT FROM content_entry a WHERE a.source_id = %(source)s AND a.status <> 'deleted'
    AND (a.external_id, a.kind, a.locale) = (n.external_id, n.kind, n.locale)
"""
"""What is held of a locale and no tombstone is judged by itself."""
KEEP = f"""
INSERT INTO content_entry AS held (source_id, {COLUMNS}, seen_at, changed_at)
SELECT %(source)s, n.*, %(now)s, %(now)s FROM ({TOLD}) n
WHERE NOT EXISTS ({BURIED}) OR EXISTS ({ALIVE})
ORDER BY external_id, kind, locale
ON CONFLICT (source_id, external_id, kind, locale) DO UPDATE SET version = EXCLUDED.version,
    status = EXCLUDED.status, title = EXCLUDED.title, url = EXCLUDED.url,
    fields = EXCLUDED.fields, html = EXCLUDED.html, digest = EXCLUDED.digest,
    seen_at = EXCLUDED.seen_at, changed_at = EXCLUDED.changed_at
WHERE EXCLUDED.version > held.version
        AND (held.status <> 'deleted' OR %(pushed)s OR {LATER.format("held")})
    OR EXCLUDED.version = held.version AND EXCLUDED.digest <> held.digest
        AND NOT %(pushed)s AND {LATER.format("held")}
RETURNING external_id, kind, locale
"""
SEEN = f"""
UPDATE content_entry held SET seen_at = %(now)s FROM ({TOLD}) n
WHERE held.source_id = %(source)s AND (held.external_id, held.kind, held.locale, held.version,
    held.digest) = (n.external_id, n.kind, n.locale, n.version, n.digest)
"""
DOUBTFUL = f"""
SELECT n.external_id, n.kind, n.locale FROM ({TOLD}) n LEFT JOIN content_entry held
    ON held.source_id = %(source)s AND (held.external_id, held.kind, held.locale) =
        (n.external_id, n.kind, n.locale)
WHERE (held.id IS NULL OR n.version >= held.version AND n.digest <> held.digest)
    AND NOT EXISTS (SELECT FROM content_entry s WHERE s.source_id = %(source)s AND s.locale = '*'
        AND s.external_id = n.external_id AND s.kind IN (n.kind, '') AND s.version > n.version)
"""
STALE = """
UPDATE content_binding SET stale = true WHERE id IN (SELECT b.id FROM content_binding b
    JOIN unnest(%s::text[], %s::text[]) AS n (external_id, kind)
        ON n.external_id = b.external_id AND b.kind IN (n.kind, '')
    WHERE b.source_id = %s ORDER BY b.id FOR UPDATE OF b)
"""
ALONE = "SELECT pg_advisory_xact_lock(7319012, %s)"
"""One writer of a source at a time: what one buries the other does not bring back unseen."""


def keep(source: int, items: Iterable[Item], read: Read) -> Kept:
    """Keep what is newer than what is held, in the running transaction; say what changed."""
    rows, faults = _rows(items)
    if not rows:
        return Kept(faults=faults)
    sql.rows(ALONE, [source])
    told = {name: [getattr(one, name) for one in rows] for name in Row._fields}
    asked = {"source": source, "asked": read.asked, "now": read.now, "pushed": read.pushed, **told}
    changed: list[Key] = [(a, b, c) for a, b, c in sql.rows(KEEP, asked)]
    doubtful: list[Key] = []
    if not read.pushed:
        sql.run(SEEN, asked)
        doubtful = [(a, b, c) for a, b, c in sql.rows(DOUBTFUL, asked) if (a, b, c) not in changed]
    mark(source, changed)
    return Kept(tuple(changed), tuple(doubtful), faults)


def _rows(items: Iterable[Item]) -> tuple[list[Row], tuple[str, ...]]:
    """Return the items as rows, of each entry the newest; what cannot be stored is named."""
    found: dict[Key, Row] = {}
    faults = []
    for item in items:
        try:
            one = row(item)
        except InvalidError as fault:
            faults.append(f"{item.external_id:.80}: {fault}")
            continue
        key = (one.external_id, one.kind, one.locale)
        if key not in found or one.version > found[key].version:
            found[key] = one
    return list(found.values()), tuple(faults)


def mark(source: int, changed: Iterable[Key]) -> None:
    """Let the variants that are filled by these entries be filled anew."""
    keys = list(changed)
    if keys:
        sql.run(STALE, [[key[0] for key in keys], [key[1] for key in keys], source])
