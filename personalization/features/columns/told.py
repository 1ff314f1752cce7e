"""What is known of one profile as typed cells, and until when they hold without an event."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

import orjson

from rules.conditions import Measure
from rules.definitions import Definitions
from rules.fold import fold
from rules.plans import Recipe
from rules.readings import facts_at
from rules.state import State
from rules.windows.begun import moves
from rules.windows.recency import Recency
from rules.windows.registry import kinds

LARGEST = 2**63 - 1


class Cell(NamedTuple):
    """A value of one name; the part says of which kind."""

    name: str
    part: str
    value: Any


class Told(NamedTuple):
    """A profile's cells, and the instant from which on they must be worked out again."""

    cells: list[Cell]
    until: int | None


def told(state: State, definitions: Definitions, at: int) -> Told:
    """Return what is known of a profile at an instant: traits as said, windows as they read.

    >>> from rules.definitions import build
    >>> from rules.state import Trait
    >>> told(State(traits={"plan": Trait("pro", 1, "")}), build({}, {}), 5).cells
    [Cell(name='traits.plan', part='text', value='pro')]
    """
    if state.next_change is not None and state.next_change <= at:
        state = fold(state, (), definitions, at)
    facts = facts_at(state, definitions, at, {})
    cells = [cell(f"traits.{path}", trait.value) for path, trait in state.traits.items()]
    cells += [cell(path, value) for path, value in state.derived.items()]
    ends = [state.next_change]
    for slug, key in definitions.segments.items():
        inside = facts.segments.get(slug)
        if inside is not None:
            cells.append(Cell(f"segment:{key}", "flag", inside))
    for key, recipe in definitions.recipes.items():
        window = state.windows.get(key)
        if window is not None and steady(recipe):
            cells += _reading(f"window:{key}", window, at)
            ends.append(window.next_change(at))
    known = [end for end in ends if end is not None]
    return Told([one for one in cells if one.part], min(known, default=None))


def steady(recipe: Recipe) -> bool:
    """Tell whether a window changes by jumps it tells of; recency is kept as when it counts from.

    What else moves with the clock is not kept.

    >>> from rules.conditions import Measure
    >>> from rules.plans import recipe
    >>> steady(recipe(Measure("Viewed"))), steady(recipe(Measure("Viewed", kind="recency")))
    (True, True)
    """
    measure = recipe.measure
    if not isinstance(measure, Measure) or not kinds[measure.kind].drifts:
        return True
    return measure.kind == "recency" and not moves(measure.span)


def kind(recipe: Recipe) -> str:
    """Return the word for what a window measures."""
    return getattr(recipe.measure, "kind", "same")


def _reading(name: str, window: Any, at: int) -> Iterator[Cell]:
    """Yield what a window reads; of one that moves with the clock, from when on it counts."""
    value = window.latest(at) if isinstance(window, Recency) else window.read(at)
    yield Cell(name, "unknown", True) if value is None else cell(name, value)


def cell(name: str, value: Any) -> Cell:
    """Return a value in the part that holds its kind without loss; no part for nothing.

    >>> cell("n", 2**70).part, cell("n", [1]).part, cell("n", None).part
    ('vast', 'json', '')
    """
    if value is None or (isinstance(value, float) and not isfinite(value)):
        return Cell(name, "", None)
    if isinstance(value, bool):
        return Cell(name, "flag", value)
    if isinstance(value, str):
        return Cell(name, "text", value)
    if isinstance(value, int):
        fits = -LARGEST <= value <= LARGEST
        return Cell(name, "whole", value) if fits else Cell(name, "vast", str(value))
    if isinstance(value, float):
        return Cell(name, "real", value)
    return Cell(name, "json", orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode())
