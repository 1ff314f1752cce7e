"""Strays: rows about profiles that are nobody, found, and deleted where a rebuild swaps."""

from __future__ import annotations

from django.db import transaction

from personalization.features import recorder
from personalization.flows.agreement import Difference, Tell
from personalization.plant.clock import Clock
from personalization.segments import membership, orphans, timers


def of(site: int, clock: Clock, tell: Tell, *, swap: bool) -> list[Difference]:
    """Return rows of profiles that are nobody, or part of another; with ``swap`` delete them."""
    with transaction.atomic():
        found = orphans.find(site)
        if swap and found:
            gone = [profile for profile, _ in found]
            membership.forget(gone, clock.now())
            timers.drop(gone)
            recorder.drop(gone)
    rows = [Difference(profile, where, "a row", None) for profile, where in found]
    for one in rows:
        tell(one)
    return rows
