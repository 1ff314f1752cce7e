"""A nudge to another process, from a thread of its own: a slow broker delays nobody."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable

GAP = 0.25
"""Seconds between two nudges; what is asked for meanwhile is one more."""


class Nudge:
    """Calls ``send`` soon after it was asked to; a lost one costs whoever waits a little time."""

    def __init__(self, send: Callable[[], object]) -> None:
        self._send = send
        self._asked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="nudge", daemon=True)

    def __call__(self) -> None:
        """Ask; the first one starts the thread."""
        if self._thread.ident is None:
            self._thread.start()
        self._asked.set()

    def _run(self) -> None:
        while True:
            self._asked.wait()
            self._asked.clear()
            with contextlib.suppress(Exception):
                self._send()
            time.sleep(GAP)
