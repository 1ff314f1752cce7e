"""When a condition was true of each profile, from its whole united history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.db import transaction

from personalization.features.recorder import Kept
from personalization.flows import share as shares
from personalization.flows import stories
from personalization.flows.share import Share
from personalization.plant.clock import FixedClock
from rules.definitions import Definitions
from rules.flapping import Turn
from rules.fold import fold
from rules.state import Event, State


def of(
    site: int, profiles: Sequence[str], asked: Definitions, segment: str, now: int
) -> Iterator[list[Turn]]:
    """Yield, profile by profile, when somebody entered or left a segment of these definitions.

    The events are those a refold takes: counted ones of every identity, late ones in their place,
    what consent has taken away left out.
    """
    key = asked.segments[segment]
    for state in folded(site, profiles, asked, now):
        yield [Turn(m.effective_at, m.entered) for m in state.moves if m.segment == key]


def folded(site: int, profiles: Sequence[str], asked: Definitions, now: int) -> Iterator[State]:
    """Yield each profile's state by these definitions, with all its moves; nothing is stored."""
    for _, events in histories(site, profiles, asked, now):
        yield fold(None, events, asked, now) if events else State()


def histories(
    site: int, profiles: Sequence[str], asked: Definitions, now: int
) -> Iterator[tuple[str, list[Event]]]:
    """Yield each profile's events, in order, that these definitions hear up to now."""
    with transaction.atomic():
        share = replace(shares.of([site], FixedClock(now))[site], definitions=asked)
        told = list(_stories(share, profiles))
    yield from zip(profiles, told, strict=True)


def _stories(share: Share, profiles: Sequence[str]) -> Iterator[list[Event]]:
    entries, said = stories.told(dict.fromkeys(profiles, -1))
    for profile in profiles:
        mine = entries.get(profile), said.get(profile, [])
        events = stories.story(share, Kept(profile), (None, -1), *mine)
        yield [event for event in events if event.at <= share.now]
