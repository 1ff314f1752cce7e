"""A rehearsal: every slot decided for whom a preview pretends; nobody is read, nothing written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from personalization.decisions.current import Compiled
from personalization.features.known import Held, Known, Permitted
from personalization.features.snapshot import Seen
from personalization.flows import decision
from personalization.flows.decision import Told, Visitor
from personalization.flows.pretence import Part
from personalization.push.cursor import Cursor
from rules import readings
from rules.fold import fold
from rules.state import Event

FIRST = 1
"""When a pretended visitor said who they are: before all else, and not before they were born."""
NOBODY = "preview"
"""The unit of chance where the question names no visitor."""


def walk(visitor: Visitor, slots: Sequence[str], part: Part, now: int) -> Told:
    """Decide as the live walk does, for a state that follows from the preview alone."""
    at, site = now if part.at is None else part.at, visitor.site
    permits = Permitted("none", (), gpc=False)  # there is nobody to ask
    told = Known(site.asked, visitor.request, held(site, part, at), permits, at)
    asking = replace(visitor, who=None, unit=visitor.unit or NOBODY, segments=part.segments)
    return Told(Seen(), told, list(decision.decide(asking, slots, told)))


def held(site: Compiled, part: Part, at: int) -> Held:
    """Return the state that follows from the pretended traits and events at an instant."""
    asked = site.asked.definitions
    state = fold(None, happened(part, at), asked, at)
    return Held(asked.digest, state, readings.segments_of(state, asked), Cursor())


def happened(part: Part, at: int) -> list[Event]:
    """Return what a pretended visitor did up to an instant, in order."""
    events = [Event(FIRST, "", "identify", "", {}, {}, part.traits)] if part.traits else []
    for number, one in enumerate(part.events):
        when = at - one.ago if one.at is None else one.at
        events.append(Event(when, f"{number:03}", "track", one.name, one.properties, {}, {}))
    return sorted((event for event in events if event.at <= at), key=lambda event: event[:2])
