"""Serving: what one web process holds to answer with, started and stopped together."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from django.conf import settings

from personalization.decisions.current import Compiled, Current
from personalization.decisions.log import Log
from personalization.decisions.turnstile import Turnstile
from personalization.features.recall import Recall
from personalization.features.snapshot import READ, Reader, Snapshot
from personalization.flows.loading import Loading
from personalization.flows.shadowing import Shadowing
from personalization.flows.watch import Watch
from personalization.plant import places
from personalization.plant.clock import Clock, system
from personalization.plant.lookups import Lookups
from personalization.plant.redis import Connection
from personalization.plant.subscription import Subscription
from personalization.push import shelf
from personalization.push.hub import Hub, hub
from personalization.push.sweep import Sweep


class Serving:
    """The compiled sites, the connections to read with, the log to write behind, the hub."""

    def __init__(self, clock: Clock = system, bells: Hub = hub) -> None:
        self.clock = clock
        self.hub = bells
        self.loop: asyncio.AbstractEventLoop | None = None
        self.current = Current()
        self.folder = Path(settings.VAR) / "current"
        self.lookups = Lookups(places.database_url())
        self.background = Lookups(places.database_url(), size=2)
        self.recall: Recall[Snapshot] = Recall()
        self.cache = Connection(places.cache_url(), take_back=self.recall.take_back)
        self.bell = Subscription(places.cache_url(), [shelf.BELL], self._rung, self._gap)
        self.reader = Reader(self.cache.script(READ), self.lookups, self.recall)
        self.sweep = Sweep(bells, self.cache)
        self.log = Log(self.background)
        self.turnstile = Turnstile(self.background, clock)
        self.loading = Loading(self.current, self.background, self.folder, clock)
        self.shadowing = Shadowing(self.current, Lookups(places.database_url(), size=1), clock)
        self.watch = Watch(self.loading, self.background, clock)
        self.loading.flipped.append(bells.flip)

    async def start(self) -> None:
        """Begin to serve: with what is known from last time, and with the stores as they come."""
        self.loop = asyncio.get_running_loop()
        self.loading.recall()
        self.hub.start(self._publish)
        self.hub.ears.append(self.watch.heard)
        self.log.start()
        self.turnstile.start()
        self.shadowing.start()
        self.sweep.start()
        await asyncio.gather(self.cache.start(), self.bell.start(), self.watch.start())

    async def stop(self) -> None:
        """End: what is noted is written, as far as the stores answer."""
        await self.sweep.stop()
        await self.watch.stop()
        await self.shadowing.stop()
        await self.log.stop()
        await self.turnstile.stop()
        self.hub.ears.clear()
        self.hub.stop()
        await self.bell.close()
        await self.cache.close()
        await self.lookups.close()
        await self.background.close()
        self.loop = None

    async def site(self, number: int, generation: int = 0) -> Compiled | None:
        """Return the site, at this generation or a higher one where that is in reach."""
        found = self.current.of(number)
        if found is None or found.generation < generation:
            await self.watch.reach()
            found = self.current.of(number)
        return found

    async def _publish(self, raw: bytes) -> object:
        with contextlib.suppress(OSError):
            return await self.cache.call("PUBLISH", shelf.BELL, raw, deadline=0.5)
        return None

    def _rung(self, _channel: bytes, payload: bytes) -> None:
        self.hub.heard(payload)

    def _gap(self) -> None:
        self.watch.hurry()


serving = Serving()
"""What this process serves with, once it is started."""
