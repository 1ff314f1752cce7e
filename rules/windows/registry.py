"""The kinds of windows on one shelf, and the two ways to get one: new, or back from JSON."""

from __future__ import annotations

from typing import Any, Protocol, cast

from rules.conditions import Measure
from rules.registry import Shelf
from rules.windows.begun import Begun, moves, within
from rules.windows.window import HABIT, WHOLE, Json, Window


class Kind(Protocol):
    """What the shelf holds: a class of windows, by the word a measure names it with.

    ``takes`` is what it is asked of, ``answers`` the types of attributes it answers with,
    ``millionths`` whether it counts in them. One that ``drifts`` changes with the clock and not by
    jumps alone. One that ``nests`` is made of windows of its measure's span; the others are put
    into one where the span's beginning moves. One that ``prunes`` is told as time goes on.
    """

    takes: str
    answers: tuple[str, ...]
    millionths: bool
    drifts: bool
    nests: bool
    prunes: bool

    def __call__(self, measure: Measure, cap: int | None = None) -> Window:
        """Return the window of a profile that did nothing yet."""

    def load(self, measure: Measure, state: Json, cap: int | None = None) -> Window:
        """Return the window whose ``dump`` this was."""

    def reach(self, measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""


kinds: Shelf[Kind] = Shelf("rules.windows")


def sayable() -> list[str]:
    """Return the kinds that a measure may name, sorted; others are operators, or documents.

    >>> "sum" in sayable(), "first_time" in sayable()
    (True, False)
    """
    return sorted(n for n, kind in kinds.items() if kind.takes not in {HABIT, WHOLE})


def prunes(measure: Measure) -> bool:
    """Say whether a measure's window is to be told as time goes on, so that it can forget.

    >>> prunes(Measure("Order Completed"))
    False
    """
    return moves(measure.span) or kinds[measure.kind].prunes


def create(measure: Measure, cap: int | None = None) -> Window:
    """Return an empty window of the measure's kind; ``KeyError`` for an unknown kind.

    ``cap`` is a number of instants that is enough: a count that is only asked "at least n?" keeps
    its newest n and never answers more than n.

    >>> window = create(Measure("Order Completed"))
    >>> window.add(1_000_000, None, "a")
    >>> window.read(2_000_000)
    1
    """
    kind = kinds[measure.kind]
    if kind.nests or not moves(measure.span):
        return kind(measure, cap)
    return Begun(measure.span, cast("Any", kind(within(measure), cap)))


def load(measure: Measure, state: Json, cap: int | None = None) -> Window:
    """Return the window that was dumped under the same measure and cap.

    >>> load(Measure("Order Completed"), 3).read(0)
    3
    """
    kind = kinds[measure.kind]
    if kind.nests or not moves(measure.span):
        return kind.load(measure, state, cap)
    dumped = cast("Any", state)
    inner = kind.load(within(measure), dumped[2], cap)
    return Begun.load(measure.span, cast("Any", inner), dumped)
