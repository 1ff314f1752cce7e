"""A site's terms: what the drain must know of a site before it judges one of its events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from personalization.plant.instants import SECOND
from personalization.sites.models import Generation, Site


@dataclass(frozen=True, slots=True)
class Terms:
    """One site's lateness (microseconds), consent policy, trust in claims, and generation."""

    site_id: int
    lateness: int
    consent: str
    trusts_claims: bool
    generation: int


def of(site_ids: Iterable[int]) -> dict[int, Terms]:
    """Return the terms of the sites, read in the running transaction."""
    wanted = list(site_ids)
    numbers = dict(Generation.objects.filter(site_id__in=wanted).values_list("site_id", "number"))
    columns = ("id", "lateness", "consent", "trusts_claims")
    return {
        pk: Terms(pk, lateness * SECOND, consent, trusts, numbers.get(pk, 1))
        for pk, lateness, consent, trusts in Site.objects.filter(pk__in=wanted).values_list(
            *columns
        )
    }
