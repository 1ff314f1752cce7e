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

    One that is under way goes on, or begins anew where the source reads otherwise since;
    ``InvalidError`` where there is nothing to be read from.
    """
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=pk)
        if not source.url or not source.enabled:
            raise InvalidError("/url", "missing", "expected a source that is on and has an address")
        waiting = part(source)
        if waiting is None or not source.still_asks(waiting):
            whole = whole or waiting is not None or not source.resume
            start(source, clock.now(), whole=whole)
            detail = {"number": source.sync_number, "whole": source.sync_whole}
            audit.record(source.site_id, actor, "began to sync", source, detail)
    return source


def is_under_way(source: Source) -> bool:
    """Return whether a part of a sync waits or is being read."""
    return part(source) is not None


def part(source: Source) -> Mapping[str, Any] | None:
    """Return what the part of a sync asks for that waits or is being read."""
    if source.sync_began_at is None:
        return None
    waits = Delivery.objects.filter(lane=source.lane, state=Delivery.State.WAITING)
    mine = waits.filter(key__startswith=f"sync_{source.pk}_{source.sync_number}_")
    payload: Mapping[str, Any] | None = mine.values_list("payload", flat=True).first()
    return payload


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


def stop(source: Source) -> None:
    """Break a sync off, to the source's locked row; the next one reads everything."""
    source.sync_began_at, source.resume = None, ""
    source.save(update_fields=FIELDS)
