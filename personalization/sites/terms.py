"""A site's terms: what the drain must know of a site before it judges one of its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from personalization.plant import sql
from personalization.plant.instants import SECOND


@dataclass(frozen=True, slots=True)
class Terms:
    """One site's lateness (microseconds), consent policy, trust in claims, and generation."""

    site_id: int
    lateness: int
    consent: str
    trusts_claims: bool
    generation: int


PIN = """
SELECT s.id, s.lateness, s.consent, s.trusts_claims, g.number
FROM sites_generation g JOIN sites_site s ON s.id = g.site_id
WHERE g.site_id = ANY(%s) ORDER BY g.site_id FOR SHARE OF g
"""


def pinned(site_ids: Iterable[int]) -> dict[int, Terms]:
    """Return the sites' terms; no generation can flip before the running transaction ends."""
    return {
        pk: Terms(pk, lateness * SECOND, consent, trusts, number)
        for pk, lateness, consent, trusts, number in sql.rows(PIN, [list(site_ids)])
    }
