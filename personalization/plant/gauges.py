"""Gauges: what figures stood at every ten minutes, so that a jump can be told from a habit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Min

from personalization.plant.instants import SECOND
from personalization.plant.models import Reading

EVERY = 600 * SECOND
"""Between two readings of a gauge."""
KEPT = 8 * 86_400 * SECOND
"""So long readings are kept."""


class Stand(NamedTuple):
    """What a gauge stood at, once."""

    site_id: int
    subject: str
    at: int
    value: int


def write(gauge: str, stands: Iterable[tuple[int, str, int]], now: int) -> None:
    """Write what a gauge stands at: the site, the subject and the value of each; forget the old."""
    rows = [Reading(site_id=s, gauge=gauge, subject=n, at=now, value=v) for s, n, v in stands]
    Reading.objects.bulk_create(rows, batch_size=5_000)
    Reading.objects.filter(gauge=gauge, at__lt=now - KEPT).delete()


def read(gauge: str, since: int, until: int) -> dict[tuple[int, str], list[Stand]]:
    """Return a gauge's readings between two instants, oldest first, by site and subject."""
    rows = Reading.objects.filter(gauge=gauge, at__gte=since, at__lte=until).order_by("at", "id")
    found: dict[tuple[int, str], list[Stand]] = {}
    for row in rows.values_list("site_id", "subject", "at", "value"):
        found.setdefault(row[:2], []).append(Stand(*row))
    return found


def first(gauge: str) -> int | None:
    """Return when a gauge was read first, of what is kept."""
    found: int | None = Reading.objects.filter(gauge=gauge).aggregate(at=Min("at"))["at"]
    return found
