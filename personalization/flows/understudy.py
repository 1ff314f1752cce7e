"""Understudy: a draft of a segment plays beside the live one, on what people just did.

Where somebody stands is folded anew from their whole history, so it depends on the log alone: not
on when somebody looked, how often, or what died meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from django.db import transaction

from personalization.flows import definitions, truths
from personalization.plant.clock import Clock
from personalization.plant.instants import SECOND
from personalization.segments import watching
from personalization.segments.models import SegmentRevision
from personalization.segments.shadows import SegmentShadow
from personalization.segments.watching import Stood
from rules import definitions as rules_definitions
from rules.errors import InvalidError
from rules.fold import fold
from rules.state import State

EVERY = 2 * SECOND
AT_ONCE, EVENTS = 100, 2_000
"""People and events of one step: others have their turn between."""
WHOLE = 10_000
Ended = SegmentShadow.Ended


def step(clock: Clock) -> int:
    """Look after one running shadow; return how many people were looked at."""
    now = clock.now()
    with transaction.atomic():
        rows = SegmentShadow.objects.select_for_update(skip_locked=True, of=("self",))
        running = rows.filter(stopped_at=None).exclude(looked_at__gt=now - EVERY, ends_at__gt=now)
        shadow = running.select_related("revision__segment").order_by("looked_at").first()
        if shadow is None:
            return 0
        try:
            return _looked(shadow, now)
        except InvalidError:
            watching.end(shadow, Ended.UNFIT, now)
            return 1


def _looked(shadow: SegmentShadow, now: int) -> int:
    if shadow.revision.status != SegmentRevision.Status.DRAFT:
        watching.end(shadow, Ended.UNFIT, now)
        return 1
    until = min(now, shadow.ends_at)
    people = watching.due(shadow, until, AT_ONCE)
    if not people:
        found, shadow.cursor = watching.fresh(shadow, EVENTS)
        people = _taken(shadow, found)
    for start in range(0, len(people), AT_ONCE):
        watching.write(shadow, stand(shadow, people[start : start + AT_ONCE], until))
    if not people and now >= shadow.ends_at:
        watching.end(shadow, Ended.TIME, now)
    shadow.looked_at = now if not people else shadow.looked_at
    shadow.save(update_fields=["cursor", "looked_at"])
    return len(people)


def _taken(shadow: SegmentShadow, profiles: Sequence[str]) -> list[str]:
    """Return who of these is watched: whoever was before, and the drawn ones as there is room."""
    before = watching.known(shadow, profiles)
    room = shadow.most - shadow.people.count() if len(before) < len(profiles) else 0
    drawn = [one for one in profiles if one not in before and is_drawn(shadow, one)]
    return [*(one for one in profiles if one in before), *drawn[: max(0, room)]]


def is_drawn(shadow: SegmentShadow, profile: str) -> bool:
    """Say whether somebody is in a shadow's share: the same each time."""
    return crc32(f"{shadow.pk} {profile}".encode()) % WHOLE < shadow.share * WHOLE / 100


def stand(shadow: SegmentShadow, profiles: Sequence[str], until: int) -> list[Stood]:
    """Return where people stand at an instant by what is live and by the draft."""
    site, slug = shadow.site_id, shadow.revision.segment.slug
    live = definitions.live(site)
    draft = definitions.live(site, replacing=shadow.revision_id)
    asked = rules_definitions.union(live, draft)
    keys = {"live": live.segments.get(slug, ""), "draft": draft.segments[slug]}
    found = []
    for profile, events in truths.histories(site, profiles, asked, until):
        state = fold(None, events, asked, until) if events else State()
        turns = [
            {"side": side, "at": move.effective_at, "entered": move.entered}
            for move in state.moves
            for side, key in keys.items()
            if move.segment == key and move.effective_at <= until
        ]
        inside = {one["side"]: one["entered"] for one in turns}
        told = [one for one in turns if one["at"] >= shadow.started_at]
        sides = (bool(inside.get("live")), bool(inside.get("draft")))
        found.append(Stood(profile, *sides, state.next_change, told))
    return found
