"""A state as plain JSON and back: what is stored between events, and nothing that can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from rules.definitions import Definitions
from rules.state import Membership, State, Trait
from rules.unopened import Unopened
from rules.windows.window import Window

Document = dict[str, Any]
Kept = TypeVar("Kept")


def dump(state: State) -> Document:
    """Return a state as JSON: windows, memberships, dues and traits by short keys.

    >>> dump(State(newest=5, through=7))
    {'at': [5, 7, None]}
    """
    document: Document = {"at": [state.newest, state.through, state.next_change]}
    if state.windows:
        document["w"] = _dumped(state.windows, partial(_window, state.dumped))
    if state.memberships:
        document["m"] = _dumped(state.memberships, _membership)
    if state.dues:
        document["d"] = dict(state.dues)
    if state.conditions:
        document["c"] = dict(state.conditions)
    if state.known:
        document["k"] = list(state.known)
    if state.traits:
        document["t"] = {path: list(trait) for path, trait in state.traits.items()}
    if state.derived:
        document["i"] = dict(sorted(state.derived.items()))
    return document


def _dumped(held: dict[str, Kept], dump: Callable[[str, Kept], Any]) -> Document:
    if isinstance(held, Unopened):
        return held.dumped(dump)
    return {key: dump(key, kept) for key, kept in held.items()}


def _window(dumped: dict[str, object], key: str, window: Window) -> Any:
    """Return a window's dump: the one before, where nothing was added since."""
    if key not in dumped:
        dumped[key] = window.dump()
    return dumped[key]


def _membership(_: str, place: Membership) -> Any:
    held = [place.holds, place.held_since, int(place.member), place.since]
    if place.moved:
        return [*held, *place.moved]
    return held if place.member or place.since is not None else held[:2]


def load(document: Mapping[str, Any], definitions: Definitions) -> State:
    """Return the state that was dumped, without what the definitions do not know.

    Windows and memberships are opened when they are first asked for; the document is not changed.

    >>> from rules.definitions import build
    >>> load({"at": [5, 7, None], "m": {"gone": [True, 1]}}, build({}, {})).memberships
    {}
    """
    newest, through, _ = document["at"]
    recipes, ranks = definitions.recipes, definitions.ranks
    windows = Unopened(document.get("w", {}), lambda key, dumped: recipes[key].load(dumped))
    windows.narrow(recipes)
    places = memberships(document.get("m", {}))
    places.narrow(ranks)
    dues = {key: due for key, due in document.get("d", {}).items() if key in ranks}
    return State(
        windows,
        dict(document.get("c", {})),
        places,
        {path: Trait(*said) for path, said in document.get("t", {}).items()},
        dues,
        [],
        min(dues.values()) if dues else None,
        newest,
        through,
        tuple(document.get("k", ())),
        derived=dict(document.get("i", {})),
    )


def memberships(stored: Mapping[str, list[Any]]) -> Unopened[Membership]:
    """Return memberships by key, from the form they are stored in, each opened when asked for.

    >>> memberships({"k": [False, 5]})["k"].held_since
    5
    """
    return Unopened(stored, lambda _, held: _place(*held))


def missing(document: Mapping[str, Any], definitions: Definitions) -> bool:
    """Tell whether the definitions ask for what this state never kept: then refold from the log.

    >>> from rules.conditions import Measure
    >>> from rules.definitions import build
    >>> missing({"at": [5, 7, None]}, build({}, {"orders": Measure("Order Completed")}))
    True
    """
    held, known = document.get("m", {}), document.get("k", ())
    return not definitions.ranks.keys() <= held.keys() or not set(definitions.known) <= set(known)


def _place(
    holds: bool | None,
    held_since: int | None,
    member: int = 0,
    since: int | None = None,
    *moved: int,
) -> Membership:
    return Membership(bool(member), since, holds, held_since, list(moved))
