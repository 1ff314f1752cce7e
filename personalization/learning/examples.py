"""What was known about a profile at past instants, and what it did next: rows to learn from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from rules.conditions import Measure
from rules.definitions import Definitions, build
from rules.fold import feature, fold
from rules.hierarchies import NONE as FLAT
from rules.hierarchies import Hierarchies
from rules.state import Event, State

PER_PROFILE = 4
"""So many instants of one profile at most: a busy visitor teaches no more than others."""
MOMENTS = frozenset({"first", "last"})
"""Measures that answer a moment or a text: they take no part in a sum of numbers."""


class Example(NamedTuple):
    """One profile at one instant: its features then, and whether the goal followed in time."""

    at: int
    features: Mapping[str, object]
    reached: bool


def definitions(declared: Mapping[str, Measure], below: Hierarchies = FLAT) -> Definitions:
    """Return what the fold needs to know to read these features, and nothing else.

    ``below`` are the hierarchies in force: what is learned from is what will be read.
    """
    measures = {name: m for name, m in declared.items() if m.kind not in MOMENTS}
    return build({}, measures, hierarchies=below)


def examples(
    history: Sequence[Event], asked: Definitions, goal: str, horizon: int, now: int
) -> Iterator[Example]:
    """Yield a profile's examples from its events in order.

    The features at *t* come from the same fold as live ones, over the events up to and with *t*;
    the answer comes from the events after *t*, up to and with *t + horizon* (microseconds). An
    instant whose horizon is not over at ``now`` has no answer yet and is left out.
    """
    state: State | None = None
    start = 0
    for index in _chosen([i for i, e in enumerate(history) if e.at + horizon <= now], history):
        event = history[index]
        if index + 1 < len(history) and history[index + 1].at == event.at:
            continue  # the instant is not over
        state = fold(state, history[start : index + 1], asked, event.at)
        start = index + 1
        followed = (
            later.name == goal for later in history[start:] if later.at <= event.at + horizon
        )
        yield Example(event.at, _known(state, asked, event.at), any(followed))


def _known(state: State, asked: Definitions, now: int) -> dict[str, object]:
    """Return every feature as a reader of the state would get it, by its attribute's path."""
    return {f"features.{name}": feature(state, asked, name, now) for name in asked.features}


def _chosen(indices: list[int], history: Sequence[Event]) -> list[int]:
    """Return a few of the indices, the same ones every time, in order."""
    lots = sorted(indices, key=lambda i: blake2b(history[i].tie.encode(), digest_size=8).digest())
    return sorted(lots[:PER_PROFILE])
