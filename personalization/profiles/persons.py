"""Persons: what somebody is called whose profile is known."""

from __future__ import annotations

from collections.abc import Iterable

from personalization.plant import sql

NAMES = f"""
SELECT {sql.hexed("i.id")}, i.kind, i.value FROM profiles_identity i
JOIN profiles_profile p ON p.id = i.id
WHERE i.id = ANY(%b::text[]::uuid[]) AND p.merged_into IS NULL AND NOT p.device_view
"""


def named(profiles: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return kind and value of the identity each person is named for; device views are nobody."""
    return {profile: (kind, value) for profile, kind, value in sql.rows(NAMES, [list(profiles)])}
