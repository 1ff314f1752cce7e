"""Time travel: what somebody did, when they were in which segment, and what each slot showed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from personalization.features.known import Held, Known, Permitted
from personalization.flows import decision
from personalization.flows.decision import Visitor
from personalization.flows.ticking import Ticking
from personalization.push.cursor import Cursor
from rules import readings
from rules.fold import fold
from rules.state import Event, Move, State

MOST = 6_000
"""So many instants are looked at; a journey with more ends early, and says so."""
TOLD = ("variant", "row", "reason", "content")


class Step(NamedTuple):
    """What each slot shows from an instant on, and what happened at it."""

    at: int
    slots: dict[str, dict[str, Any]]
    happened: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Journey:
    """How everything stood from each instant on at which it changed, and every move so far."""

    steps: Sequence[Step]
    moves: Sequence[Move]
    whole: bool


def journey(
    visitor: Visitor, events: Sequence[Event], permits: Permitted, since: int, until: int
) -> Journey:
    """Return how it went between two instants, by the site's definitions and matrices.

    Every instant is looked at at which an answer may change. Nobody is there before they do
    something.
    """
    asked, ticking = visitor.site.asked.definitions, Ticking(visitor.site)
    before = [event for event in events if event.at < since]
    ahead = (event for event in events if since <= event.at <= until)
    waiting = {at: list(group) for at, group in groupby(ahead, key=lambda event: event.at)}
    state = fold(None, before, asked, since - 1) if before else State()
    moves, steps = list(state.moves), list[Step]()
    at: int | None = since if before else min(waiting, default=None)
    looked = 0
    while at is not None and looked < MOST:
        happened = waiting.pop(at, [])
        state = fold(state, happened, asked, at)
        moves += state.moves
        told = known(visitor, state, permits, at)
        slots = dict(_shown(visitor, told))
        if happened or not steps or slots != steps[-1].slots:
            steps.append(Step(at, slots, happened))
        now, looked = at, looked + 1
        later = (due for due in (*waiting, *ticking.after(told, state)) if now < due <= until)
        at = min(later, default=None)
    return Journey(steps, moves, at is None)


def known(visitor: Visitor, state: State, permits: Permitted, at: int) -> Known:
    """Return what a visitor's state lets a matrix know at an instant."""
    asked = visitor.site.asked
    told = Known(asked, visitor.request, None, permits, at)
    segments = readings.segments_of(state, asked.definitions)
    told.held = Held(asked.definitions.digest, state, segments, Cursor())
    return told


def _shown(visitor: Visitor, told: Known) -> Iterator[tuple[str, dict[str, Any]]]:
    for _, shown in decision.decide(visitor, list(visitor.site.slots), told):
        yield shown["slot"], {name: shown.get(name) for name in TOLD}
