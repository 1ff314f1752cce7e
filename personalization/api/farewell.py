"""A farewell: why a connection is closed, when its client may come again, how it is cut."""

from __future__ import annotations

import asyncio
import random
from typing import Any

MALFORMED, KEY, FORBIDDEN, SILENT, TOO_MANY = 4400, 4401, 4403, 4408, 4429
SLOW, RESTART = 1013, 1012
RATE = 500
"""Clients a second that may come again at once after a restart."""
SOONEST, LATEST = 2.0, 30.0
"""Seconds over which they are spread at least and at most."""
BUSY = 5.0
"""Seconds a client stays away from a server that has too many, or that it is too slow for."""
GRACE = 5.0
"""Seconds in which a client may take its good-bye; then the line is cut."""


class Closed(Exception):  # noqa: N818 - an end, not an error
    """The connection is to be closed with this code, and opened again not before so many ms."""

    def __init__(self, code: int, retry: int = 0) -> None:
        super().__init__(str(code))
        self.code, self.retry = code, retry

    @property
    def reason(self) -> str:
        """Return what a close frame says besides its code."""
        return f"retry={self.retry}" if self.retry else ""


def spread(crowd: int) -> int:
    """Return when one of a crowd may come again, in milliseconds: all of them, but not at once."""
    most = min(LATEST, max(SOONEST, crowd / RATE))
    return int(random.uniform(0, most) * 1000)  # noqa: S311 - no secret


def busy() -> int:
    """Return when somebody may come again whom there is no room for, in milliseconds."""
    return int(BUSY * 1000) + spread(0)


def cut(send: Any) -> None:
    """Cut the line of whoever does not read, now: ASGI has no word for it.

    What a server hands in as ``send`` is a method of whatever holds the transport; where it is
    not, the server's own timeouts have to do.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is not None and hasattr(transport, "abort"):
        transport.abort()


def cut_soon(send: Any) -> None:
    """Cut the line when the client had time to take its good-bye."""
    asyncio.get_running_loop().call_later(GRACE, cut, send)
