"""What is no more leaves a tombstone with its version: nothing old ever comes back over it."""

from __future__ import annotations

from cms_adapters.messages import Reference
from personalization.content.entries import ALONE, EVERY, LATER, Kept, Key, Read, mark
from personalization.plant import sql

ASKED = """
WITH asked AS (SELECT %(source)s::bigint AS source, %(external_id)s::text AS one,
    %(kind)s::text AS whose, %(locale)s::text AS language, %(version)s::bigint AS told,
    %(asked)s::bigint AS at, %(now)s::bigint AS now, %(pushed)s::boolean AS pushed)
"""
MEANT = """
held.source_id = asked.source AND held.external_id = asked.one
    AND asked.whose IN (held.kind, '') AND asked.language IN (held.locale, '*')
"""
UNSURE = f"""
{ASKED} SELECT external_id, kind, locale FROM content_entry held, asked
WHERE {MEANT} AND status <> 'deleted' AND NOT {LATER.format("held")}
"""
"""Entries read while we asked: whether they were before or after, only another read can say."""
OVER = f"""
{ASKED} UPDATE content_entry held SET status = 'deleted', digest = '', fields = '{{}}', html = NULL,
    version = greatest(version, told), seen_at = asked.now, changed_at = asked.now FROM asked
WHERE {MEANT} AND (status <> 'deleted' OR version < told) AND (version <= told OR NOT pushed)
RETURNING held.external_id, held.kind, held.locale
"""
STONE = f"""
{ASKED} INSERT INTO content_entry AS held (source_id, external_id, kind, locale, version, status,
    title, url, fields, digest, seen_at, changed_at)
SELECT source, one, whose, language, greatest(told, CASE WHEN pushed THEN 0 ELSE (
        SELECT coalesce(max(held.version), 0) FROM content_entry held WHERE {MEANT}) END),
    'deleted', '', '', '{{}}', '', now, now
FROM asked WHERE NOT pushed OR NOT EXISTS (SELECT FROM content_entry s WHERE s.source_id = source
    AND s.external_id = one AND s.kind IN (whose, '') AND s.locale = '*' AND s.version >= told)
ON CONFLICT (source_id, external_id, kind, locale) DO UPDATE
    SET version = greatest(held.version, EXCLUDED.version), seen_at = EXCLUDED.seen_at
WHERE held.status = 'deleted' AND (NOT %(pushed)s OR EXCLUDED.version > held.version)
RETURNING external_id, kind, locale
"""


WHOLE = """
INSERT INTO content_entry AS held (source_id, external_id, kind, locale, version, status, title,
    url, fields, digest, seen_at, changed_at)
VALUES (%s, %s, %s, '*', 0, 'deleted', '', '', '{}', '', %s, %s)
ON CONFLICT (source_id, external_id, kind, locale) DO UPDATE SET seen_at = EXCLUDED.seen_at
"""


def attest(source: int, reference: Reference, read: Read) -> None:
    """Write that an entry was read whole: of a locale it lacks, no earlier read is believed."""
    told = (source, reference.external_id, reference.kind, read.now, read.now)
    sql.run(WHOLE, told)


def bury(source: int, reference: Reference, read: Read, version: int = 0) -> Kept:
    """Let an entry be no more, in one locale or, where none is named, in all; say what changed.

    Read, it is so unless somebody saw it while we asked; pushed, unless ``version`` is too old.
    """
    sql.rows(ALONE, [source])
    asked = {
        "source": source, "external_id": reference.external_id, "kind": reference.kind,
        "locale": reference.locale or EVERY, "version": version, "asked": read.asked,
        "now": read.now, "pushed": read.pushed,
    }  # fmt: skip
    if not read.pushed and (unsure := sql.rows(UNSURE, asked)):
        return Kept(doubtful=tuple((a, b, c) for a, b, c in unsure))
    over: list[Key] = [(a, b, c) for a, b, c in sql.rows(OVER, asked)]
    stone: list[Key] = [(a, b, c) for a, b, c in sql.rows(STONE, asked)]
    mark(source, over)
    return Kept(tuple(dict.fromkeys([*over, *stone])) if read.pushed else tuple(over))
