"""A checkpoint opened to be folded on: collections of its own, and only what is still asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from rules.asked import Memberships
from rules.definitions import Definitions
from rules.state import State
from rules.unopened import Unopened
from rules.windows.same import Same
from rules.windows.window import Window

Kept = TypeVar("Kept")


def opened(checkpoint: State | None, definitions: Definitions, *, reuse: bool) -> State:
    """Return the state to work on: its collections are its own, what is in them may be shared.

    >>> from rules.definitions import build
    >>> opened(None, build({}, {}), reuse=False).through
    0
    """
    if checkpoint is None or _unborn(checkpoint):
        return State(known=definitions.known, names=definitions.names)
    if reuse:
        state = checkpoint
        state.moves = []
    else:
        state = State(
            _apart(checkpoint.windows, _own),
            dict(checkpoint.conditions),
            _apart(checkpoint.memberships, lambda place: place),
            dict(checkpoint.traits),
            dict(checkpoint.dues),
            [],
            checkpoint.next_change,
            checkpoint.newest,
            checkpoint.through,
            checkpoint.known,
            derived=dict(checkpoint.derived),
            names=checkpoint.names,
        )
    _forget(state, definitions)
    if state.names != definitions.names or not state.names:
        _adopt(state, definitions)
    return state


def unasked(state: State, definitions: Definitions) -> frozenset[int]:
    """Return the ranks of what a state was not asked all of, and let no instant wait for them.

    >>> from rules.definitions import build
    >>> unasked(State(through=7), build({}, {}))
    frozenset()
    """
    ranks = definitions.ranks
    found = frozenset(rank for key, rank in ranks.items() if key not in state.memberships)
    state.dues = {key: due for key, due in state.dues.items() if ranks[key] not in found}
    state.next_change = min(state.dues.values(), default=None)
    return found


def _adopt(state: State, definitions: Definitions) -> None:
    """Tell what of these definitions a state was asked that was folded with others."""
    held = state.memberships
    segments = held.asked if isinstance(held, Memberships) else held
    told = definitions.asked(state.names, segments, state.known)
    state.names, state.known = told.names, told.features
    places = Memberships({}, told.segments)
    places.update(held)
    state.memberships = places


def _unborn(state: State) -> bool:
    kept = state.memberships or state.windows or state.traits or state.derived
    return not (kept or state.through)


def _forget(state: State, definitions: Definitions) -> None:
    """Drop what these definitions do not ask for: from here on nobody would keep it up to date."""
    ranks = definitions.ranks
    state.windows = _narrowed(state.windows, definitions.recipes)
    state.memberships = _narrowed(state.memberships, ranks)
    if not state.dues.keys() <= ranks.keys():
        state.dues = {key: due for key, due in state.dues.items() if key in ranks}
        state.next_change = min(state.dues.values(), default=None)


def _own(window: Window) -> Window:
    """A ``same`` remembers what it was asked, so even a question needs one of our own."""
    return window.copy() if type(window) is Same else window


def _apart(held: dict[str, Kept], copy: Callable[[Kept], Kept]) -> dict[str, Kept]:
    if isinstance(held, Unopened):
        return held.apart(copy)
    return {key: copy(kept) for key, kept in held.items()}


def _narrowed(held: dict[str, Kept], keys: Mapping[str, object]) -> dict[str, Kept]:
    if isinstance(held, Unopened):
        held.narrow(keys)
        return held
    if held.keys() <= keys.keys():
        return held
    return {key: kept for key, kept in held.items() if key in keys}
