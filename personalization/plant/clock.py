"""The one clock: the machine's time plus this installation's offset; nobody else asks for now."""

from __future__ import annotations

import time


class Clock:
    """Integer microseconds UTC, ahead of the machine by ``offset`` microseconds.

    >>> Clock(offset=0).now() > 1_600_000_000_000_000
    True
    """

    def __init__(self, offset: int = 0) -> None:
        self.offset = offset

    def now(self) -> int:
        """Return the present instant."""
        return time.time_ns() // 1000 + self.offset


class FixedClock(Clock):
    """A clock that stands still until it is moved: for tests and for questions about an instant."""

    def __init__(self, instant: int) -> None:
        super().__init__()
        self.instant = instant

    def now(self) -> int:
        """Return the instant it stands at."""
        return self.instant + self.offset


system = Clock()
"""The process's clock; its offset is kept up to date from ``plant.ClockOffset``."""
