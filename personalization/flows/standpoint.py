"""A standpoint: a site as some generation or draft has it, and one profile folded to an instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from personalization.decisions.current import Compiled
from personalization.features.known import Held, Known, Permitted, Request
from personalization.flows import rehearsal, truths
from personalization.flows.pretence import Part
from personalization.profiles import permission
from personalization.push.cursor import Cursor
from rules import readings
from rules.definitions import Definitions
from rules.facts import Facts
from rules.fold import fold
from rules.state import Event, State


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What is known of one profile at one instant, and the events it follows from."""

    site: Compiled
    source: Mapping[str, Any]
    known: Known
    state: State
    events: Sequence[Event]
    given: frozenset[str] | None = None

    @property
    def at(self) -> int:
        """The instant, in microseconds UTC."""
        return self.known.now

    @property
    def facts(self) -> Facts:
        """What a matrix sees."""
        return self.known.facts(self.given)


def of_profile(
    site: Compiled, source: Mapping[str, Any], profile: UUID, at: int, request: Request
) -> Standpoint:
    """Return a visitor as the log tells them, as of an instant."""
    events = story(site.site, profile.hex, site.asked.definitions, at)
    said = permission.ledger([profile.hex]).get(profile.hex, [])
    words = permission.standing(word for word in said if word.at <= at)
    permits = Permitted(site.asked.policy, (request.consent, words), gpc=False)
    known = Known(site.asked, request, None, permits, at)
    return of_events(site, source, events, known, born=bool(events))


def of_test(
    site: Compiled, source: Mapping[str, Any], part: Part, at: int, request: Request
) -> Standpoint:
    """Return a made-up visitor: nobody has to be asked, so everything is permitted."""
    events = rehearsal.happened(part, at)
    permits = Permitted("none", (), gpc=False)
    known = Known(site.asked, request, None, permits, at)
    stood = of_events(site, source, events, known, born=True)
    return replace(stood, given=part.segments)


def of_events(
    site: Compiled, source: Mapping[str, Any], events: Sequence[Event], known: Known, *, born: bool
) -> Standpoint:
    """Return who follows from events, up to the instant; who is not born is in no segment."""
    asked = site.asked.definitions
    past = [event for event in events if event.at <= known.now]
    state = fold(None, past, asked, known.now) if born else State()
    known.held = Held(asked.digest, state, readings.segments_of(state, asked), Cursor())
    return Standpoint(site, source, known, state, past)


def story(site: int, profile: str, asked: Definitions, at: int) -> list[Event]:
    """Return what a refold of one profile would fold, up to an instant."""
    [(_, events)] = truths.histories(site, [profile], asked, at)
    return events
