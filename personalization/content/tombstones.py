"""What is no more leaves a tombstone with its version: nothing old ever comes back over it."""

from __future__ import annotations

from cms_adapters.messages import Reference
from personalization.content.entries import ALONE, EVERY, LATER, Kept, Key, Read, mark
from personalization.plant import sql

MEANT = """
source_id = %(source)s::bigint AND external_id = %(external_id)s::text AND (kind = %(kind)s::text OR %(kind)s::text = '')
    AND (locale = %(locale)s::text OR %(locale)s::text = '*')
"""
UNSURE = f"""
SELECT external_id, kind, locale FROM content_entry held
WHERE {MEANT} AND status <> 'deleted' AND NOT {LATER.format("held")}
"""
"""Entries read while we asked: whether they were before or after, only another read can say."""
OVER = f"""
UPDATE content_entry SET status = 'deleted', digest = '', fields = '{{}}', html = NULL,
    version = greatest(version, %(version)s::bigint), seen_at = %(now)s::bigint, changed_at = %(now)s::bigint
WHERE {MEANT} AND (status <> 'deleted' OR version < %(version)s::bigint)
    AND (version <= %(version)s::bigint OR NOT %(pushed)s::boolean)
RETURNING external_id, kind, locale
"""
STONE = f"""
INSERT INTO content_entry AS held (source_id, external_id, kind, locale, version, status, title,
    url, fields, digest, seen_at, changed_at)
SELECT %(source)s::bigint, %(external_id)s::text, %(kind)s::text, %(locale)s::text, greatest(%(version)s::bigint,
    CASE WHEN %(pushed)s::boolean THEN 0 ELSE (SELECT coalesce(max(version), 0) FROM content_entry
        WHERE {MEANT}) END), 'deleted', '', '', '{{}}', '', %(now)s::bigint, %(now)s::bigint
WHERE NOT %(pushed)s::boolean OR NOT EXISTS (SELECT FROM content_entry s WHERE s.source_id = %(source)s::bigint
    AND s.external_id = %(external_id)s::text AND s.kind IN (%(kind)s::text, '') AND s.locale = '*'
    AND s.version >= %(version)s::bigint)
ON CONFLICT (source_id, external_id, kind, locale) DO UPDATE
    SET version = greatest(held.version, EXCLUDED.version), seen_at = EXCLUDED.seen_at
WHERE held.status = 'deleted' AND (NOT %(pushed)s::boolean OR EXCLUDED.version > held.version)
RETURNING external_id, kind, locale
"""


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
