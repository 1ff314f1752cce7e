"""A site's pulse: how its events fare, who is there now, and which places it fills."""

from __future__ import annotations

from typing import Any

from django.db.models import Sum

from personalization.content.models import Slot
from personalization.events import backlog
from personalization.events.models import Counter, Logged
from personalization.plant import sql
from personalization.plant.instants import SECOND
from personalization.profiles.models import Identity
from personalization.segments.models import Segment

LIVELY = 60 * SECOND
"""Who was received this soon after their event is a visitor of now, not of an import."""


def beat(site_id: int, now: int) -> dict[str, Any]:
    """Return how the site's events fare: the age of what waits in each lane, and the counters."""
    waits = {
        lane: (now - oldest) / SECOND for lane, oldest in sql.rows(backlog.OLDEST, []) if oldest
    }
    sums = Counter.objects.filter(site_id=site_id).values_list("name").annotate(Sum("count"))
    return {"waits": waits, "counters": {name: int(total) for name, total in sums}}


def recent(site_id: int, *, personal: bool = True) -> list[str]:
    """Return the anonymous ids of visitors who are here now, the latest first.

    Where it is not ``personal``, their identities' hashes stand for them.
    """
    rows = Logged.objects.filter(site_id=site_id, device__isnull=False).order_by("-id")
    newest = rows.values_list("device", "at", "received_at")[:500]
    devices = dict.fromkeys(d for d, at, received in newest if d and received - at < LIVELY)
    if not personal:
        return [device.hex for device in list(devices)[:20]]
    values = dict(Identity.objects.filter(pk__in=list(devices)[:20]).values_list("pk", "value"))
    return [values[device] for device in devices if device in values]


def slots(site_id: int) -> list[str]:
    """Return the keys of the site's slots."""
    return list(Slot.objects.filter(site_id=site_id).order_by("key").values_list("key", flat=True))


def segments(site_id: int) -> list[tuple[str, str]]:
    """Return the slugs and names of the site's live segments."""
    rows = Segment.objects.filter(site_id=site_id, live__isnull=False).order_by("name")
    return list(rows.values_list("slug", "name")[:500])
