"""Whose events are whose, for a whole site at once."""

from __future__ import annotations

from personalization.plant import sql

ALL = f"""
SELECT {sql.hexed("person")}, {sql.hexed("id")}, false FROM profiles_identity WHERE site_id = %s
UNION ALL
SELECT {sql.hexed("view")}, {sql.hexed("id")}, true FROM profiles_identity
WHERE site_id = %s AND view <> person
"""


def members(site_id: int) -> list[tuple[str, str, bool]]:
    """Return (profile, identity, by device?) for all of a site, as ``identity.members`` of some."""
    return [(profile, one, device) for profile, one, device in sql.rows(ALL, [site_id, site_id])]
