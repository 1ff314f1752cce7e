"""The courier: takes what is due and tries it, some of each lane at once, slow lanes the fewest."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from django.db import DatabaseError, connection, transaction

from personalization.plant.clock import Clock
from personalization.push import deliveries, secrets
from personalization.push.registry import Load, Outcome, shelf

log = logging.getLogger(__name__)

HANDS = 48
"""So many attempts at once in one process."""
EACH = 6
"""So many of one lane at once; a receiver is not asked to take more."""
SLOW = 16
"""Lanes whose last attempt got no answer, or late, share so many hands, one each."""
LATE = 3_000
"""Milliseconds after which an answer is late: a few who take their time must not take all hands."""
PERIOD = 0.25
"""Seconds between two looks when nobody hints."""

Permit = Callable[[Load], bool]
Told = Callable[[Load, Outcome], object]
Equip = Callable[[Load], Load]


def signing(load: Load) -> Load:
    """Return a load with the secrets its lane signs with."""
    return load._replace(secrets=tuple(secrets.live(load.lane, load.now)))


class Courier:
    """Delivers until it is stopped; ``permit`` is asked before each attempt, ``told`` hears all.

    ``equip`` gives an attempt what no row of a delivery holds: secrets, a token.
    The hands only talk to receivers; what is read and written is done by whoever turns.
    """

    def __init__(self, clock: Clock, permit: Permit, told: Told, equip: Equip = signing) -> None:
        self.clock, self.permit, self.told, self.equip = clock, permit, told, equip
        self.wake = threading.Event()
        self.stopping = threading.Event()
        self._hands = ThreadPoolExecutor(HANDS, "courier")
        self._done: SimpleQueue[tuple[Load, Outcome]] = SimpleQueue()
        self._busy: Counter[str] = Counter()
        self._slow: set[str] = set()

    def stop(self) -> None:
        """Take nothing more; what is under way is left to its lease."""
        self.stopping.set()
        self.wake.set()

    def run(self) -> None:
        """Turn until stopped; an error costs a pause, never the courier."""
        while not self.stopping.is_set():
            try:
                took = self.turn()
            except (DatabaseError, OSError) as failure:
                log.warning("nothing can be delivered: %s", failure)
                connection.close()
                took = 0
            if not took:
                self.wake.wait(PERIOD)
                self.wake.clear()
        self._hands.shutdown(wait=False, cancel_futures=True)
        connection.close()

    def turn(self) -> int:
        """Write down what came of attempts, and hand out what is due; return how many of both."""
        settled = 0
        while not self._done.empty():
            self._settle(*self._done.get())
            settled += 1
        room, free = self._room()
        if free <= 0:
            return settled
        with transaction.atomic():
            loads = deliveries.take(self.clock.now(), free, EACH, room)
        for load in loads:
            self._hand(load)
        return settled + len(loads)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._busy and self._done.empty()

    def _room(self) -> tuple[Mapping[str, int], int]:
        """Return how many more a lane that is not at rest may have, and how many hands are free."""
        most = {lane: 1 if lane in self._slow else EACH for lane in {*self._busy, *self._slow}}
        room = {lane: max(0, many - self._busy[lane]) for lane, many in most.items()}
        if sum(self._busy[lane] for lane in self._slow) >= SLOW:
            room |= dict.fromkeys(self._slow, 0)
        return room, HANDS - self._busy.total()

    def _hand(self, load: Load) -> None:
        self._busy[load.lane] += 1
        try:
            permitted = self.permit(load)
            load = self.equip(load) if permitted else load
        except (DatabaseError, OSError):
            self._busy -= Counter([load.lane])
            raise
        except Exception:
            log.exception("delivery %s cannot be made ready", load.key)
            self._done.put((load, UNWORKABLE))
            return
        if permitted:
            self._hands.submit(self._carry, load)
        else:
            self._done.put((load, Outcome("dropped", "not_permitted")))

    def _carry(self, load: Load) -> None:
        try:
            outcome = shelf[load.kind].carry(load) if load.kind in shelf else UNKNOWN
        except Exception:
            log.exception("delivery %s cannot be carried", load.key)
            outcome = UNWORKABLE
        self._done.put((load, outcome))
        self.wake.set()

    def _settle(self, load: Load, outcome: Outcome) -> None:
        self._busy -= Counter([load.lane])
        slow = outcome.error == "timeout" or (outcome.ms or 0) > LATE
        (self._slow.add if slow else self._slow.discard)(load.lane)
        try:
            with transaction.atomic():
                self.told(load, deliveries.end(load, outcome, self.clock.now()))
        except (DatabaseError, OSError):
            raise
        except Exception:
            log.exception("what came of delivery %s cannot be told", load.key)
            deliveries.end(load, outcome, self.clock.now())


UNWORKABLE = Outcome("waiting", "unworkable")
"""What went wrong is ours: tried again as if the receiver had failed, and harming only itself."""
UNKNOWN = Outcome("dead", "no_carrier")
"""A kind nobody carries any more."""
