"""An audience: listeners of the stream, served as a web process serves them, beside the machine.

They hear the bell through Redis, read through the cache, and note all that they are told.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Iterable
from typing import Any
from unittest.mock import patch

from personalization.api.farewell import Closed
from personalization.api.listening import Listener
from personalization.flows.serving import Serving
from personalization.plant.clock import FixedClock
from personalization.push.hub import Hub
from personalization.sites import keys
from tests.flows.ground import START
from tests.waiting import until_async

Name = tuple[str, str]
SECONDS = 60
FIELDS = {"user": "userId", "anonymous": "anonymousId"}


class Audience:
    """A serving process in a thread of its own, and who listens to it."""

    def __init__(self, env: dict[str, str]) -> None:
        self.clock = FixedClock(START)
        self.seats: dict[Name, Seat] = {}
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.serving = self._do(self._open(env["DATABASE_URL"]))

    def enter(self, secret: str, names: Iterable[Name]) -> None:
        """Let everybody of these names listen with a secret key."""
        self._do(self._enter(secret, list(names)))

    def told(self) -> dict[Name, frozenset[str]]:
        """Return which segments each was told last that it is in."""
        return self._do(self._told())

    def leave(self) -> None:
        """Send everybody away."""
        self._do(self._leave())

    def close(self) -> None:
        """End the process."""
        self._do(self.serving.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(SECONDS)
        self.loop.close()

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(SECONDS)

    async def _open(self, database: str) -> Serving:
        with patch.dict(os.environ, DATABASE_URL=database):
            serving = Serving(self.clock, Hub())
        await serving.start()
        return serving

    async def _enter(self, secret: str, names: list[Name]) -> None:
        self.serving.watch.hurry()
        await until_async(lambda: keys.ring.find(secret), SECONDS)
        access = keys.ring.find(secret)
        assert access is not None
        await until_async(lambda: self.serving.current.of(access.site_id), SECONDS)
        self.seats = {name: Seat(self.serving) for name in names}
        for name, seat in self.seats.items():
            asked = {"type": "subscribe", FIELDS[name[0]]: name[1], "slots": ["none"]}
            await seat.listener.subscribe(asked, access)

    async def _told(self) -> dict[Name, frozenset[str]]:
        for seat in self.seats.values():
            if seat.pump.done():
                seat.pump.result()
        return {name: seat.inside for name, seat in self.seats.items()}

    async def _leave(self) -> None:
        for seat in self.seats.values():
            seat.listener.leave()
            seat.pump.cancel()
            self.serving.hub.forget(seat.listener.channel)
        await asyncio.gather(*(seat.pump for seat in self.seats.values()), return_exceptions=True)
        self.seats = {}


class Seat:
    """One listener and what it was told."""

    def __init__(self, serving: Serving) -> None:
        self.inside: frozenset[str] = frozenset()
        self.box = serving.hub.box(channel := serving.hub.name_channel())
        self.listener = Listener(serving, channel, {}, self.tell)
        self.pump = asyncio.get_running_loop().create_task(self._pump())

    async def tell(self, message: dict[str, Any]) -> None:
        """Take what a browser would: each step must lead from what was told before."""
        if message["type"] == "segments":
            now = frozenset(message["segments"])
            assert self.inside | {*message["entered"]} >= now, message
            assert not now & {*message["exited"]}, message
            self.inside = now

    async def _pump(self) -> None:
        while True:
            try:
                await self.listener.heard(await self.box.get())
            except Closed as closed:
                raise AssertionError(f"sent away: {closed}") from closed
