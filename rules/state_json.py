"""A state as plain JSON and back: what is stored between events, and nothing that can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from rules import asked
from rules.asked import Asked, Memberships
from rules.definitions import Definitions
from rules.state import State, Trait
from rules.unopened import Unopened
from rules.windows.window import Window

Document = dict[str, Any]
Kept = TypeVar("Kept")


def dump(state: State) -> Document:
    """Return a state as JSON: windows, memberships, dues and traits by short keys.

    >>> dump(State(newest=5, through=7))
    {'at': [5, 7, None]}
    """
    parts: Document = {
        "w": _dumped(state.windows, partial(_window, state.dumped)),
        "q": list(state.names),
        "m": asked.dump(state.memberships, state.names),
        "d": dict(state.dues),
        "c": dict(state.conditions),
        "k": [] if state.names else list(state.known),
        "t": {path: list(trait) for path, trait in state.traits.items()},
        "i": dict(sorted(state.derived.items())),
    }
    document: Document = {"at": [state.newest, state.through, state.next_change]}
    return document | {name: part for name, part in parts.items() if part}


def _dumped(held: dict[str, Kept], dump: Callable[[str, Kept], Any]) -> Document:
    if isinstance(held, Unopened):
        return held.dumped(dump)
    return {key: dump(key, kept) for key, kept in held.items()}


def _window(dumped: dict[str, object], key: str, window: Window) -> Any:
    """Return a window's dump: the one before, where nothing was added since."""
    if key not in dumped:
        dumped[key] = window.dump()
    return dumped[key]


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
    told = _asked(document, definitions)
    places = Memberships(document.get("m", {}), told.segments)
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
        told.features,
        derived=dict(document.get("i", {})),
        names=told.names,
    )


def missing(document: Mapping[str, Any], definitions: Definitions) -> bool:
    """Tell whether the definitions ask for what this state never kept: then refold from the log.

    >>> from rules.conditions import Measure
    >>> from rules.definitions import build
    >>> missing({"at": [5, 7, None]}, build({}, {"orders": Measure("Order Completed")}))
    True
    """
    return not _asked(document, definitions).names


def _asked(document: Mapping[str, Any], definitions: Definitions) -> Asked:
    names, known = tuple(document.get("q", ())), tuple(document.get("k", ()))
    return definitions.asked(names, document.get("m", {}).keys(), known)
