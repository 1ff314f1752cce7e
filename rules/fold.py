"""Checkpoint + events + definitions + until -> state, moves, next change: the one pure function."""

from __future__ import annotations

from collections.abc import Iterable

from rules.definitions import Definitions
from rules.state import Event, State


def fold(
    checkpoint: State | None, events: Iterable[Event], definitions: Definitions, until: int
) -> State:
    """Fold events, sorted by ``(at, tie)``, onto a checkpoint and let everything due pass."""
    raise NotImplementedError
