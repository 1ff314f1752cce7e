"""A stored state as facts at an instant, for readers of many people."""

from __future__ import annotations

from personalization.flows.census import Person
from rules import fold, readings, state_json
from rules.definitions import Definitions
from rules.facts import Facts


def facts(person: Person, asked: Definitions, now: int) -> Facts:
    """Return what is known of somebody now; what came due since is acted on first."""
    state = state_json.load(person.state, asked)
    if state.next_change is not None and state.next_change <= now:
        state = fold.fold(state, (), asked, now)
    return readings.facts_at(state, asked, now, {})
