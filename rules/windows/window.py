"""The contract of a window: what one profile did, kept just so that one measure can be answered."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Protocol, Self

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]
"""What a window's state is stored as."""

NOTHING, PATH, EVENT, SCORE, VALUES, HABIT = "nothing", "path", "event", "score", "values", "habit"
"""What a kind of measure is asked of: see ``rules.aggregates``; habits are operators of events."""

WHOLE = "whole"
"""What a kind takes that is a document of its own and no measure of one event."""

NUMBER = ("number",)
ANYTHING = ("string", "number", "boolean", "datetime", "list", "version", "ip", "location")
"""The types of attributes a kind of measure answers with; operators on those may be asked of it."""


class Sign(Enum):
    """What a window is told of beside its own events: it takes the place of a value.

    ``BEAT``: the profile did something, whatever it was. ``RESET``: the event happened since which
    things count. ``PER``: the event happened that a rate is by.
    """

    BEAT = "beat"
    RESET = "reset"
    PER = "per"


class Window(Protocol):
    """The live state of one measure of one profile.

    Instants are integer microseconds UTC; an event at *t* counts at *now* while
    ``now - length < t <= now - offset`` (half open, see ``Span``). States compose: adding the same
    events in any order, in any split, merged in any order, gives the same answers. A window is
    asked about instants at or after the newest event it took in; after ``prune(now)`` it is asked
    about, and told of, nothing before that. It is bounded: past its bound it answers ``None``,
    never wrong.
    """

    def add(self, at: int, value: object, tie: str) -> None:
        """Take in one matching event: its instant, its measured value, and what breaks ties."""

    def merge(self, other: Self) -> None:
        """Take in the events of another state of the same window (associative, commutative)."""

    def read(self, now: int) -> object:
        """Answer the measure at ``now``: a number, a canonical value, or ``None`` for unknown."""

    def holds(self, now: int) -> bool:
        """Say whether some event taken in counts at ``now``."""

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""

    def changes(self, now: int) -> Iterator[tuple[int, object]]:
        """Yield ``(instant, value)`` of every change after ``now`` without an event, in order."""

    def next_change(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``read`` differs without an event."""

    def prune(self, now: int) -> None:
        """Forget what no reading at or after ``now`` can depend on."""

    def empty(self) -> bool:
        """Say whether nothing is kept: the window answers as if nothing had ever happened."""

    def copy(self) -> Self:
        """Return a state that changes apart from this one."""

    def dump(self) -> Json:
        """Return the state as plain JSON values; ``load`` of the window's kind brings it back."""
