"""The worker's own loop: it looks for work every quarter second, or at once when hinted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import DatabaseError, OperationalError, connection

from personalization.flows import errands, event, firing, poison
from personalization.flows.dispatch import Dispatch
from personalization.flows.event import Appetite
from personalization.plant.clock import Clock
from personalization.plant.litter import Litter
from personalization.profiles.identity import ContendedError
from personalization.segments import timers

log = logging.getLogger(__name__)

PERIOD = 0.25
"""Seconds between two looks when nobody hints."""


class Loop:
    """Drains lanes, fires timers, sweeps the outbox, prepares publications, until it is stopped."""

    def __init__(self, role: str, clock: Clock) -> None:
        self.role = role
        self.clock = clock
        self.dispatch = Dispatch(clock)
        self.appetite = Appetite()
        self.wake = threading.Event()
        self.stopping = threading.Event()
        self.patience = PERIOD
        self.litter = Litter()

    def hint(self) -> None:
        """There is work: look now. Losing a hint costs one period."""
        self.wake.set()

    def stop(self) -> None:
        """Finish the present transaction and return from ``run``."""
        self.stopping.set()
        self.wake.set()

    def run(self) -> None:
        """Turn until stopped; an error costs a pause, never the loop."""
        self.litter.begin()
        while not self.stopping.is_set():
            try:
                worked = self.turn()
            except (DatabaseError, OSError) as failure:
                log.warning("the store cannot be worked with: %s", failure)
                connection.close()
                worked = self.stopping.wait(PERIOD)
            except Exception:
                log.exception("a turn failed")
                worked = self.stopping.wait(PERIOD)
            self.litter.note(worked)
            if not worked:
                self.wake.wait(self.patience)
                self.wake.clear()

    def turn(self) -> bool:
        """Do one round of everything this role does; True when there was something to do."""
        worked = [step() for step in self._steps()]
        return any(worked)

    def _steps(self) -> list[Callable[[], int]]:
        """Return what a role does; both sweep, so that no word of consent waits for a batch."""
        both = [self.dispatch.sweep, *errands.both(self.clock)]
        live = [lambda: self._drain("live"), *both, self._fire]
        batch = [*both, lambda: self._drain("import")]
        batch += errands.patient(self.clock, self.stopping.is_set)
        return {"live": live, "batch": batch}.get(self.role, [*live, *batch])

    def _drain(self, lane: str) -> bool:
        try:
            passed = event.walk(lane, self.clock, self.appetite)
        except ContendedError:
            return True
        except OperationalError:
            raise
        except Exception:
            log.exception("a batch of the %s lane cannot be worked", lane)
            self.appetite = poison.smaller(lane, self.appetite)
            return True
        self.appetite = self.appetite.after(passed.events)
        self.dispatch.send(passed)
        return passed.events > 0

    def _fire(self) -> bool:
        fired = firing.fire(self.clock, self.dispatch)
        if fired:
            self.appetite = Appetite()  # a large batch of events would keep timers waiting
        self.patience = max(0.005, min(PERIOD, timers.wait(self.clock.now(), PERIOD)))
        return fired > 0
