"""One server a data folder: the lock that a second start meets."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from personalization.plant.account import PlantError


class Lock:
    """An advisory lock on a file that tells who holds it; the kernel frees it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle = -1

    def take(self) -> None:
        """Take the lock, or say who has it."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as fault:
            raise PlantError(
                f"cannot write to {self.path.parent}: {fault}. Give VAR=/path"
            ) from fault
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            holder = self.holder()
            raise PlantError(
                f"a server already runs on {self.path.parent} (pid {holder}). "
                f"Stop it first (kill {holder}), or start this one elsewhere: VAR=/path PORT=8001"
            ) from taken
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, str(os.getpid()).encode(), 0)

    def holder(self) -> int:
        """Return the pid written by whoever holds or held the lock (0 when unreadable)."""
        try:
            return int(self.path.read_text())
        except (OSError, ValueError):
            return 0

    def release(self) -> None:
        """Let the next one in."""
        os.ftruncate(self._handle, 0)
        os.close(self._handle)
