"""Hints to the workers, at most forty a second: what is asked for meanwhile is one more hint."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

GAP = 0.025
"""Seconds between two hints: each costs both ends more than a look at the inbox does."""


class Hints:
    """Sends hints from a thread, so that a slow broker delays nobody; a lost one costs a period."""

    def __init__(self, send: Callable[[], object]) -> None:
        self._send = send
        self._asked = False
        self._sender: asyncio.Task[None] | None = None

    def ask(self, _lane: str = "") -> None:
        """Let a hint be sent, now or when the last one is long enough ago."""
        self._asked = True
        if self._sender is None or self._sender.done():
            self._sender = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._asked:
            self._asked = False
            with contextlib.suppress(Exception):
                await asyncio.to_thread(self._send)
            await asyncio.sleep(GAP)
