"""Lists put in force: one row says which version counts, then people are told in slices."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from personalization.flows import publication, slicing
from personalization.flows.beginning import PUBLISH, ROLLBACK
from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.segments import rolls
from personalization.segments.lists import ListVersion, SegmentList
from personalization.sites import audit, freezes
from personalization.sites.models import Generation
from rules.errors import InvalidError


def found(
    site_id: int, told: Mapping[str, Any], actor: str, clock: Clock, condition: object = None
) -> SegmentList:
    """Make a list: a segment that asks who is on it, published; computed where it has a condition.

    ``told`` are slug, name, and for a computed one ``every``.
    """
    roll = rolls.found(site_id, told, condition, actor, clock.now())
    revision = roll.segment.revisions.get()
    publication.publish_segment(revision.pk, actor, clock)
    return roll


def put_in_force(
    version: ListVersion, actor: str, clock: Clock, *, overrides: bool = False
) -> SegmentList:
    """Let a version count from now on, a newer or an older one; people are told afterwards.

    Batches that began before have ended by then, as before a flip: none enlists by the old one.
    ``InvalidError`` for a version that was not taken, and in a freeze for a newer upload, unless
    somebody who may ``overrides`` it: a computed list goes on as it was published, and an older
    version is a roll back.
    """
    if version.state != ListVersion.State.READY:
        raise InvalidError("/version", "failed", "expected a version that was taken in")
    with transaction.atomic():
        roll = SegmentList.objects.select_for_update().get(pk=version.roll_id)
        Generation.objects.select_for_update().get(site_id=roll.segment.site_id)
        older = roll.live is not None and version.number < roll.live.number
        if roll.condition is None:
            way = (ROLLBACK if older else PUBLISH).name
            freezes.refuse(roll.segment.site_id, clock.now(), way, overrides=overrides)
        roll.told_at = max(roll.told_at, clock.now())
        roll.live, roll.applying, roll.cursor, roll.done = version, slicing.FIRST, None, 0
        roll.total = version.count
        roll.save()
        frozen = overrides and freezes.at(roll.segment.site_id, clock.now())
        detail: dict[str, object] = {"version": version.number, "count": version.count}
        detail |= {"although": frozen.name} if frozen else {}
        audit.record(roll.segment.site_id, actor, "put in force", roll, detail)
    return roll


def step(clock: Clock) -> int:
    """Tell one slice of one list's people; return how many were looked at, 0 when none waits."""
    with transaction.atomic():
        waiting = SegmentList.objects.exclude(applying="").order_by("pk")
        roll = waiting.select_for_update(skip_locked=True, of=("self",)).first()
        return 0 if roll is None else slicing.told(roll, clock)


def apply(clock: Clock, until: Callable[[], bool] = bool) -> None:
    """Tell slices until nobody waits, or until told to stop: then it goes on another time."""
    while not until() and step(clock):
        pass


def due(clock: Clock) -> list[int]:
    """Return the computed lists whose time has come, and set their next."""
    now = clock.now()
    with transaction.atomic():
        rows = list(SegmentList.objects.select_for_update(skip_locked=True).filter(due__lte=now))
        for roll in rows:
            roll.due = now + (roll.every or 0) * SECOND if roll.every else None
            roll.save(update_fields=["due"])
    return [roll.pk for roll in rows]
