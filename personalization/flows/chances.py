"""By which name chance decides about people: the one their profile's id was made of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from uuid import UUID

from personalization.plant import sql

NAMES = f"SELECT {sql.hexed('id')}, value FROM profiles_identity WHERE site_id = %s"
FEW = f"SELECT {sql.hexed('id')}, value FROM profiles_identity WHERE id = ANY(%b::text[]::uuid[])"
_HEX = 32


def of_all(site: int, profiles: Sequence[str], at: int) -> list[str]:
    """Return the names of very many profiles of a site, read once for each ``at``."""
    return _named(profiles, _all(site, at))


def of_some(profiles: Sequence[str]) -> list[str]:
    """Return the names of some profiles."""
    return _named(profiles, dict(sql.rows(FEW, [list(profiles)])))


def _named(profiles: Sequence[str], names: dict[str, str]) -> list[str]:
    return [names.get(profile) or _dashed(profile) for profile in profiles]


def _dashed(profile: str) -> str:
    """Return a profile's id as it is written; a million of them are worth a short way."""
    if len(profile) != _HEX:
        return str(UUID(profile))
    return f"{profile[:8]}-{profile[8:12]}-{profile[12:16]}-{profile[16:20]}-{profile[20:]}"


@lru_cache(maxsize=2)
def _all(site: int, _at: int) -> dict[str, str]:
    return dict(sql.rows(NAMES, [site]))
