"""A fair draw of a site's profiles as they are now, some at a time, for questions about all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from personalization.features.models import ProfileState
from personalization.plant import sql
from personalization.profiles.models import Profile

MOST = 20_000
"""So many profiles are looked at: ids are hashes, so the first of them are a fair draw."""
SLICE = 1_000
DRAWN = f"""
SELECT {sql.hexed("s.profile")} FROM features_profilestate s
JOIN profiles_profile p ON p.id = s.profile AND p.merged_into IS NULL
WHERE s.site_id = %s ORDER BY md5(s.profile::text) LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A profile's stored state, as JSON that was read once."""

    profile: str
    version: int
    generation: int
    digest: str
    state: Mapping[str, Any]


def slices(site_id: int, most: int = MOST) -> Iterator[list[Person]]:
    """Yield up to so many profiles that were folded, by id; merged ones live on in another."""
    merged = Profile.objects.filter(site_id=site_id).exclude(merged_into=None)
    rows = ProfileState.objects.filter(site_id=site_id).exclude(pk__in=merged.values("pk"))
    fields = ("pk", "version", "generation", "digest", "body")
    drawn = rows.order_by("pk").values_list(*fields)[:most]
    part: list[Person] = []
    for profile, version, generation, digest, body in drawn.iterator(chunk_size=SLICE):
        state = orjson.loads(bytes(body)) if body else {}
        part.append(Person(profile.hex, version, generation, digest, state))
        if len(part) == SLICE:
            yield part
            part = []
    if part:
        yield part


def size(site_id: int) -> int:
    """Return how many profiles of the site were folded."""
    return ProfileState.objects.filter(site_id=site_id).count()


def drawn(site_id: int, most: int = MOST) -> list[str]:
    """Return profiles by a hash of their id: the same ones each time, and fair to merged ones."""
    return [profile for (profile,) in sql.rows(DRAWN, [site_id, most])]
