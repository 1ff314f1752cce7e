"""What goes on in the background of a web process, from its start to its stop."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod


class Turning(ABC):
    """Begins a task and ends it; what the task does, for ever, is ``turn``."""

    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.get_running_loop().create_task(self.turn())

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @abstractmethod
    async def turn(self) -> None:
        """Do what is to be done, again and again."""
