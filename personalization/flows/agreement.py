"""Whether a stored state and its checkpoint agree with the log they stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from personalization.features import recorder
from personalization.features.recorder import Kept
from rules import state_json
from rules.definitions import Definitions
from rules.fold import fold
from rules.state import Event, State

PARTS = {"w": "windows", "m": "memberships", "d": "dues", "t": "traits", "i": "conclusions"}
"""The parts of a stored state, by the short names they are stored under."""


class Difference(NamedTuple):
    """One thing that is stored otherwise than the log says."""

    profile: str
    where: str
    stored: object
    told: object


Tell = Callable[[Difference], None]
"""Whoever asked hears of every difference as it is found."""


def of_state(kept: Kept, told: State, asked: Definitions, until: int) -> Iterator[Difference]:
    """Compare the live state with what its log says, both as of an instant."""
    profile = kept.profile
    if not kept.version:
        if told.through:
            yield Difference(profile, "state", None, "a state")
        return
    try:
        live = recorder.continues(kept, asked)
        moved = live and (fold(live, [], asked, until) if live.through else live)
        found = state_json.dump(moved) if moved else {}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        yield Difference(profile, "state", f"unreadable: {fault}", "a state")
        return
    if live is None:
        yield Difference(profile, "state", "lacks what is asked", "a state")
        return
    wanted = state_json.dump(told)
    for part, name in PARTS.items():
        yield from unlike(profile, f"state, {name}", found.get(part, {}), wanted.get(part, {}))
    if live.through < told.through:
        yield Difference(profile, "state, through", live.through, told.through)


def of_checkpoint(kept: Kept, events: Sequence[Event], asked: Definitions) -> Iterator[Difference]:
    """Compare the checkpoint that a late event would be folded from, where it would be used."""
    at, body = kept.checkpoint_at, kept.checkpoint
    if at is None or body is None or kept.digest != asked.digest:
        return
    settled = [event for event in events if event.at <= at]
    told = fold(None, settled, asked, at) if settled else State()
    try:
        found = state_json.dump(state_json.load(orjson.loads(body), asked))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        yield Difference(kept.profile, "checkpoint", f"unreadable: {fault}", "a state")
        return
    wanted = state_json.dump(told)
    for part, name in PARTS.items():
        where = f"checkpoint, {name}"
        yield from unlike(kept.profile, where, found.get(part, {}), wanted.get(part, {}))


def unlike(
    profile: str, where: str, held: Mapping[str, Any], told: Mapping[str, Any]
) -> Iterator[Difference]:
    """Yield what two tables hold under the same name and differently."""
    for name in sorted(held.keys() | told.keys()):
        if held.get(name) != told.get(name):
            yield Difference(profile, f"{where} {name}", held.get(name), told.get(name))
