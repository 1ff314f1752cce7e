"""The watch: keeps a process's sites, keys and clock as they are in PostgreSQL, within a second."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping
from typing import Any

from personalization.flows.loading import Loading
from personalization.plant.clock import Clock
from personalization.plant.lookups import Lookups, LostError
from personalization.sites import keys, stamps

EVERY = 0.5
"""Seconds between two looks."""
PATIENCE = 5.0
"""Seconds without an answer after which the sites in force are called out of date."""
REACH = 0.05
"""Seconds an answer waits for a generation that somebody else has seen already."""
logger = logging.getLogger(__name__)


class Watch:
    """Looks every half second, and at once when the bell says so."""

    def __init__(self, loading: Loading, lookups: Lookups, clock: Clock) -> None:
        self._loading, self._lookups, self._clock = loading, lookups, clock
        self._stamps: dict[int, tuple[str, str]] = {}
        self._task: asyncio.Task[None] | None = None
        self._wanted, self._looked = asyncio.Event(), asyncio.Event()
        self._seen = float("-inf")

    async def start(self) -> None:
        """Begin to watch, with one look first where PostgreSQL answers."""
        self._task = asyncio.create_task(self._turn())
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), PATIENCE)

    async def stop(self) -> None:
        """End."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def heard(self, ring: Mapping[str, Any]) -> None:
        """Take a ring of the bell: a publish is looked at now."""
        if ring.get("kind") == "generation":
            self.hurry()

    def hurry(self) -> None:
        """Look at once."""
        self._wanted.set()

    async def reach(self) -> None:
        """Look at once, and wait for it, but not long."""
        self._looked.clear()
        self.hurry()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._looked.wait(), REACH)

    def has_looked(self) -> bool:
        """Return whether PostgreSQL has answered since the start."""
        return self._seen > float("-inf")

    def is_late(self) -> bool:
        """Return whether PostgreSQL has not answered for a while."""
        return time.monotonic() - self._seen > PATIENCE

    async def look(self) -> None:
        """Compare every site with what is in force, and load what differs."""
        found = await stamps.read(self._lookups)
        if found.offset is not None:
            self._clock.offset = found.offset
        changed = [site for site, stamp in found.sites.items() if self._stamps.get(site) != stamp]
        gone = self._stamps.keys() - found.sites.keys()
        if changed or gone or not self.has_looked():
            keys.ring.load(await stamps.doors(self._lookups))
        for site in changed:
            await self._loading.bring(site)
            self._stamps[site] = found.sites[site]
        if gone or not self.has_looked():
            self._loading.forget(set(found.sites))
            self._stamps = {site: self._stamps[site] for site in found.sites}
        self._seen = time.monotonic()

    async def _turn(self) -> None:
        while True:
            self._wanted.clear()
            try:
                await self.look()
            except LostError:
                logger.debug("PostgreSQL does not answer; the sites stay as they are")
            except Exception:
                logger.exception("the watch stumbled; the sites stay as they are")
            self._looked.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), EVERY)
