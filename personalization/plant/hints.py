"""Hints to the workers: sent from a thread of their own, so that a slow broker delays nobody."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds without hints after the broker refused one; the workers' own period bridges them."""


class Hinter:
    """Sends at most one hint at a time; hints asked for meanwhile become one more."""

    def __init__(self, send: Callable[[], object]) -> None:
        self._send = send
        self._asked = threading.Event()
        self._stopping = threading.Event()
        threading.Thread(target=self._run, name="hints", daemon=True).start()

    def hint(self, *_: object) -> None:
        """Ask for a hint to be sent; never blocks."""
        self._asked.set()

    def stop(self) -> None:
        """Send nothing more."""
        self._stopping.set()
        self._asked.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._asked.wait()
            self._asked.clear()
            self._try()

    def _try(self) -> None:
        try:
            self._send()
        except Exception as failure:  # noqa: BLE001 -- whatever the broker's client raises
            log.warning("the broker takes no hints, the workers look by themselves: %s", failure)
            self._stopping.wait(PAUSE)
