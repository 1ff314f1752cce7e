"""Wait for a condition with a deadline instead of sleeping."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

STEP = 0.02


def until(condition: Callable[[], object], seconds: float = 20) -> None:
    """Return as soon as the condition holds; fail when the deadline passes first."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(STEP)


async def until_async(condition: Callable[[], object], seconds: float = 20) -> None:
    """Return as soon as the condition holds, leaving the loop free; fail at the deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(STEP)
