"""Syncing: all that a CMS has, part by part; a part is a delivery, so nothing is lost by a kill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from personalization.content import reads
from personalization.content.sources import Source
from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.push import deliveries
from personalization.push.models import Delivery
from personalization.sites import audit
from rules.errors import InvalidError


def begin(pk: int, actor: str, clock: Clock, *, whole: bool = True) -> Source:
    """Begin to read all that a source has, or what changed since where the CMS can tell.

    One that is under way goes on; ``InvalidError`` where there is nothing to be read from.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=pk)
        if not source.url or not source.enabled:
            raise InvalidError("/url", "missing", "expected a source that is on and has an address")
        if not is_under_way(source):
            start(source, clock.now(), whole=whole or not source.resume)
            detail = {"number": source.sync_number, "whole": source.sync_whole}
            audit.record(source.site_id, actor, "began to sync", source, detail)
    return source


def is_under_way(source: Source) -> bool:
    """Return whether a part of a sync waits or is being read."""
    if source.sync_began_at is None:
        return False
    waits = Delivery.objects.filter(lane=source.lane, state=Delivery.State.WAITING)
    return waits.filter(key__startswith=f"sync_{source.pk}_{source.sync_number}_").exists()


def start(source: Source, now: int, *, whole: bool) -> None:
    """Let the first part of a new sync wait; the source's row is locked."""
    source.sync_number += 1
    source.sync_whole, source.sync_rows = whole, 0
    source.sync_cursor = "" if whole else source.resume
    source.sync_began_at, source.sync_ended_at = now, None
    source.sync_due = now + source.sync_every * SECOND if source.sync_every else None
    source.save(update_fields=FIELDS)
    deliveries.write(source.site_id, [reads.part(source, source.sync_cursor, 0)], now)


FIELDS = (
    *("sync_number", "sync_whole", "sync_rows", "sync_cursor", "sync_began_at", "sync_ended_at"),
    *("sync_due", "resume"),
)


def is_wanted(source: Source, payload: Mapping[str, Any]) -> bool:
    """Return whether a read is no part of a sync, or of the one that is under way."""
    number = payload.get("sync")
    return number is None or (number == source.sync_number and source.sync_began_at is not None)


def due(clock: Clock) -> int:
    """Begin the syncs whose time has come; return how many."""
    now = clock.now()
    rows = Source.objects.filter(enabled=True, sync_every__gt=0).exclude(url="")
    late = [one for one in rows if one.sync_due is None or one.sync_due <= now]
    for one in late:
        Source.objects.filter(pk=one.pk).update(sync_due=now + one.sync_every * SECOND)
        begin(one.pk, "schedule", clock, whole=False)
    return len(late)
