"""What tells that a site changed, and the keys that open it, asked without holding anybody up."""

from __future__ import annotations

from typing import Any, NamedTuple

from personalization.plant.lookups import Lookups

STAMPS = """
SELECT s.id, md5(row(s.*, g.number)::text || coalesce((SELECT max(id)::text
    FROM learning_trainedmodel m WHERE m.site_id = s.id AND champion), '')
    || coalesce((SELECT string_agg(row(c.id, c.slug, c.adapter, c.url, c.options, c.enabled,
      c.secret, c.former)::text, ',' ORDER BY c.id) FROM content_source c
      WHERE c.site_id = s.id), '')),
  (SELECT coalesce(max(microseconds), 0) FROM plant_clockoffset),
  (SELECT md5(coalesce(string_agg(row(k.*)::text, ',' ORDER BY k.id), '')) FROM sites_key k
    WHERE k.site_id = s.id)
FROM sites_site s LEFT JOIN sites_generation g ON g.site_id = s.id
"""
DOORS = """
SELECT jsonb_build_object('digest', k.digest, 'site_id', s.id, 'key_id', k.id, 'kind', k.kind,
  'role', k.role, 'origins', s.origins, 'slug', s.slug, 'consent', s.consent,
  'trusts_claims', s.trusts_claims, 'sealed', s.signing_secret)
FROM sites_key k JOIN sites_site s ON s.id = k.site_id WHERE k.revoked_at IS NULL
"""
"""The live keys, as ``sites.keys`` holds them."""
SECONDS = 2.0
"""How long an answer is waited for."""


class Stamps(NamedTuple):
    """For each site what changes with it, and how far the installation's clock is ahead."""

    sites: dict[int, tuple[str, str]]
    offset: int | None


async def read(lookups: Lookups) -> Stamps:
    """Return the stamps of all sites; ``LostError`` where PostgreSQL does not answer."""
    rows = await lookups.rows(STAMPS, within=SECONDS)
    return Stamps({row[0]: (row[1], row[3]) for row in rows}, rows[0][2] if rows else None)


async def doors(lookups: Lookups) -> list[dict[str, Any]]:
    """Return the live keys, as ``KeyRing.load`` takes them."""
    return [row[0] for row in await lookups.rows(DOORS, within=SECONDS)]
