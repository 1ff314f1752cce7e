"""The kinds of windows on one shelf, and the two ways to get one: new, or back from JSON."""

from __future__ import annotations

from typing import Protocol

from rules.conditions import Measure
from rules.errors import InvalidError
from rules.registry import Shelf
from rules.windows.window import Json, Window


class Kind(Protocol):
    """What the shelf holds: a class of windows, by the word a measure names it with."""

    def __call__(self, measure: Measure, cap: int | None = None) -> Window:
        """Return the window of a profile that did nothing yet."""

    def load(self, measure: Measure, state: Json, cap: int | None = None) -> Window:
        """Return the window whose ``dump`` this was."""


RATE = "rate"
"""Events for each one of another event: a measure the language has and no window answers yet."""

kinds: Shelf[Kind] = Shelf("rules.windows")


def create(measure: Measure, cap: int | None = None) -> Window:
    """Return an empty window of the measure's kind; ``KeyError`` for an unknown kind.

    ``InvalidError`` with the code ``unsupported`` for one that is not run.

    ``cap`` is a number of instants that is enough: a count that is only asked "at least n?" keeps
    its newest n and never answers more than n.

    >>> window = create(Measure("Order Completed"))
    >>> window.add(1_000_000, None, "a")
    >>> window.read(2_000_000)
    1
    """
    if measure.kind == RATE:
        raise InvalidError("", "unsupported", f"{RATE} is not run by this version")
    return kinds[measure.kind](measure, cap)


def load(measure: Measure, state: Json, cap: int | None = None) -> Window:
    """Return the window that was dumped under the same measure and cap.

    >>> load(Measure("Order Completed"), 3).read(0)
    3
    """
    return kinds[measure.kind].load(measure, state, cap)
