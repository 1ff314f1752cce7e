"""Garbage collection for a process that holds many long-lived values: in its pauses, not its work.

Held states are millions of small objects without circles; looking through all of them again and
again took more than half of a busy worker's time.
"""

from __future__ import annotations

import gc

TURNS = 200
"""After so many busy turns what is young is looked through all the same."""


THRESHOLDS = (50_000, 50, 100)
"""Containers made between two collections of the young, and so on; a batch makes hundreds."""


def calm() -> None:
    """Let a process of short-lived values collect seldom, and never what it began with."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)


class Litter:
    """Collects when there is time."""

    def __init__(self) -> None:
        self.turns = 0
        self.dirty = False

    def begin(self) -> None:
        """From now on this process collects when it says so."""
        gc.freeze()
        gc.disable()

    def note(self, worked: bool) -> None:
        """Tell that a turn is over: after work a little is done now and then, in a pause all."""
        self.turns += worked
        if worked and self.turns % TURNS == 0:
            gc.collect(1)
            self.dirty = True
        elif not worked and self.dirty:
            gc.collect()
            self.dirty = False
