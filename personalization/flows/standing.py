"""How a revision comes in force and goes: its status, its date, and what it is a revision of."""

from __future__ import annotations

from typing import Any

from personalization.plant.clock import Clock
from personalization.plant.instants import to_datetime


def put(revision: Any, owner: str, clock: Clock) -> None:
    """Put a revision in force in the place of the one before, in what it is a revision of."""
    out(type(row := getattr(revision, owner)), row.pk)
    enliven(revision, clock)
    type(row).objects.filter(pk=row.pk).update(live=revision)


def out(kind: Any, pk: int) -> None:
    """Put what has revisions out of force."""
    kind.objects.get(pk=pk).revisions.filter(status="live").update(status="retired")
    kind.objects.filter(pk=pk).update(live=None)


def retire(kind: Any, **where: object) -> None:
    """Retire the live revisions of a kind, where they are so."""
    kind.objects.filter(status="live", **where).update(status="retired")


def enliven(revision: Any, clock: Clock) -> None:
    """Write that a revision is in force from now on."""
    revision.status, revision.published_at = "live", to_datetime(clock.now())
    revision.save(update_fields=["status", "published_at"])
