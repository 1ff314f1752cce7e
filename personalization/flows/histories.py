"""What people did, from the log: some profiles at a time, each with its events in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from uuid import UUID

import orjson

from personalization.events import log
from personalization.profiles import identity
from personalization.profiles.models import Profile
from rules.state import Event

SLICE = 200
"""So many profiles at a time."""


def slices(site_id: int, **narrowed: object) -> Iterator[list[UUID]]:
    """Yield the ids of a site's profiles in order: hashes, so the first are a fair draw."""
    profiles = Profile.objects.filter(site_id=site_id, merged_into=None, **narrowed).order_by("id")
    last = UUID(int=0)
    while part := list(profiles.filter(id__gt=last).values_list("id", flat=True)[:SLICE]):
        yield part
        last = part[-1]


def of(profiles: Iterable[UUID]) -> Iterator[tuple[str, list[Event]]]:
    """Yield each profile with its counted events, as windows see them."""
    wanted = [(*who, -1) for who in identity.members(profile.hex for profile in profiles)]
    for profile, entries in groupby(log.history(wanted), key=lambda entry: entry.profile):
        yield profile, [_event(entry) for entry in entries]


def _event(entry: log.Entry) -> Event:
    body = orjson.loads(entry.body)
    properties, context = body.get("properties") or {}, body.get("context") or {}
    return Event(entry.at, entry.message, entry.kind, entry.name, properties, context, {})
