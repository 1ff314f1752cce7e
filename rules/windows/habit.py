"""What the windows of habits have in common: they answer whether it is so."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, ClassVar

from rules.conditions import Measure
from rules.windows.window import HABIT


class Habit:
    """A window that answers true, false or unknown; a ``same`` is bound by it while it is true."""

    __slots__ = ()
    takes: ClassVar[str] = HABIT
    answers: ClassVar[tuple[str, ...]] = ("boolean",)
    millionths: ClassVar[bool] = False
    drifts: ClassVar[bool] = False
    nests: ClassVar[bool] = False
    prunes: ClassVar[bool] = False

    @staticmethod
    def reach(measure: Measure) -> int | None:
        """Return for how long after an event an answer may depend on it; ``None`` for ever."""
        return measure.span.length

    @abstractmethod
    def read(self, now: int) -> Any:
        """Say whether it is so at ``now``; ``None`` for unknown."""

    @abstractmethod
    def changes(self, now: int) -> Iterator[tuple[int, Any]]:
        """Yield ``(instant, truth)`` of every change after ``now`` without an event."""

    def next_change(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which the truth differs without an event."""
        return next((instant for instant, _ in self.changes(now)), None)

    def holds(self, now: int) -> bool:
        """Say whether it is so for certain."""
        return self.read(now) is True

    def lapse(self, now: int) -> int | None:
        """Return the next instant after ``now`` at which ``holds`` differs without an event."""
        held = self.holds(now)
        changes = self.changes(now)
        return next((at for at, truth in changes if (truth is True) is not held), None)
