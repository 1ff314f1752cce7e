"""Renewal: syncs begin when they are due, and anew where their source reads otherwise meanwhile."""

from __future__ import annotations

from django.db import transaction

from personalization.content.sources import Source
from personalization.flows import syncing
from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.sites import audit


def due(clock: Clock) -> int:
    """Begin the syncs whose time has come, and those anew that wait for what is asked no more."""
    return _overtaken(clock) + _late(clock)


def _overtaken(clock: Clock) -> int:
    """Begin anew what was begun under other terms, however long its part would still wait."""
    begun = Source.objects.filter(sync_began_at__isnull=False).values_list("pk", flat=True)
    return sum(_renewed(pk, clock.now()) for pk in begun)


def _renewed(pk: int, now: int) -> bool:
    with transaction.atomic():
        source = Source.objects.select_for_update().filter(pk=pk).first()
        waiting = None if source is None else syncing.part(source)
        if source is None or waiting is None or source.still_asks(waiting):
            return False
        anew(source, now)
    return True


def _late(clock: Clock) -> int:
    """Begin the syncs whose time has come; return how many."""
    now = clock.now()
    rows = Source.objects.filter(enabled=True, sync_every__gt=0).exclude(url="")
    late = [one for one in rows if one.sync_due is None or one.sync_due <= now]
    for one in late:
        Source.objects.filter(pk=one.pk).update(sync_due=now + one.sync_every * SECOND)
        syncing.begin(one.pk, "schedule", clock, whole=False)
    return len(late)


def anew(source: Source, now: int) -> None:
    """Begin a sync from the start: the source reads otherwise than when it began; it is locked.

    Where nothing is to be read any more, the sync is over.
    """
    if not source.url or not source.enabled:
        syncing.stop(source)
        return
    syncing.start(source, now, whole=True)
    detail = {"number": source.sync_number, "because": "the source was changed meanwhile"}
    audit.record(source.site_id, "sync", "began to sync", source, detail)
