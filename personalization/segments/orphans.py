"""Orphans: rows about profiles that are nobody, or that became part of another."""

from __future__ import annotations

from personalization.plant import sql

TABLES = {
    "state": "features_profilestate",
    "member": "segments_member",
    "timer": "segments_timer",
}
"""Where a profile has rows while it is somebody."""
FIND = """
SELECT DISTINCT {hexed}, '{where}' FROM {table} r LEFT JOIN profiles_profile p ON p.id = r.profile
WHERE r.site_id = %(site)s AND (p.id IS NULL OR p.merged_into IS NOT NULL)
"""


def find(site: int) -> list[tuple[str, str]]:
    """Return (profile, table) of every row whose profile is nobody."""
    hexed = sql.hexed("r.profile")
    parts = [FIND.format(hexed=hexed, where=w, table=t) for w, t in TABLES.items()]
    statement = " UNION ALL ".join(parts).replace("%(site)s", "%s")
    return [(profile, where) for profile, where in sql.rows(statement, [site] * len(parts))]
