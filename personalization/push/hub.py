"""The hub: one a process, hearing the bell once, with a bounded box for each listener."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from personalization.push import bell

CAPACITY = 100
"""Messages a box holds; a listener that is further behind is told so, and hangs up."""
SLICE = 100
"""Listeners who are decided anew at once after a publish; then others get their turn."""
BREATH = 0.002
"""Seconds between two slices."""
OVERFLOW = {"type": "hub.overflow"}
"""What a box holds in place of everything when it ran over."""

Message = dict[str, Any]
Publish = Callable[[bytes], Awaitable[object]]
Hear = Callable[[Message], None]


@dataclass(slots=True)
class Box:
    """What waits for one listener, and who waits for it.

    A list: a deque keeps 600 bytes even where nothing waits, and here little ever does.
    """

    waiting: list[Message] = field(default_factory=list)
    waker: asyncio.Future[None] | None = None
    groups: set[str] = field(default_factory=set)
    tells: bool = False

    def put(self, message: Message) -> bool:
        """Take a message; ``False`` where the box is full."""
        if len(self.waiting) >= CAPACITY:
            if self.tells:
                self.waiting.clear()
                self.waiting.append(OVERFLOW)
            return False
        self.waiting.append(message)
        if self.waker is not None and not self.waker.done():
            self.waker.set_result(None)
        return True

    async def get(self) -> Message:
        """Return the next message, waiting for it."""
        while not self.waiting:
            self.waker = asyncio.get_running_loop().create_future()
            await self.waker
        return self.waiting.pop(0)


class Hub:
    """Delivers to this process's listeners, and rings for those of other processes."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(6)
        self.loop: asyncio.AbstractEventLoop | None = None
        self.boxes: dict[str, Box] = {}
        self.groups: dict[str, set[str]] = {}
        self.ears: list[Hear] = []
        self._publish: Publish | None = None
        self._slices: set[asyncio.Task[None]] = set()
        self._count = 0

    def start(self, publish: Publish) -> None:
        """Begin: rings for other processes leave through ``publish``."""
        self.loop = asyncio.get_running_loop()
        self._publish = publish

    def stop(self) -> None:
        """End: nothing is delivered any more."""
        for task in tuple(self._slices):
            task.cancel()
        self.loop = self._publish = None

    def name_channel(self, prefix: str = "specific") -> str:
        """Return a name for a new listener of this process."""
        self._count += 1
        return f"{prefix}.{self.name}!{self._count:x}{secrets.token_hex(4)}"

    def box(self, channel: str) -> Box:
        """Return the listener's box, made when first asked for."""
        found = self.boxes.get(channel)
        if found is None:
            found = self.boxes[channel] = Box()
        return found

    def forget(self, channel: str) -> None:
        """Take the listener out of every group, and its box away."""
        self.leave_all(channel)
        self.boxes.pop(channel, None)

    def leave_all(self, channel: str) -> None:
        """Take the listener out of every group; what waits in its box stays."""
        box = self.boxes.get(channel)
        for group in tuple(box.groups) if box else ():
            self.leave(group, channel)

    def join(self, group: str, channel: str) -> None:
        """Let the listener hear the group."""
        self.box(channel).groups.add(group)
        self.groups.setdefault(group, set()).add(channel)

    def leave(self, group: str, channel: str) -> None:
        """Let the listener hear the group no more."""
        if channel in self.boxes:
            self.boxes[channel].groups.discard(group)
        self._out(group, channel)

    def deliver(self, group: str, message: Message) -> None:
        """Put the message into the box of every listener of the group, here only."""
        for channel in self.groups.get(group, ()):
            self.boxes[channel].put(message)

    def flip(self, site: int) -> None:
        """Tell everybody connected to the site that it published: in slices, in random order."""
        if self.loop is not None:
            task = self.loop.create_task(self._in_slices(bell.sockets(site)))
            self._slices.add(task)
            task.add_done_callback(self._slices.discard)

    def heard(self, raw: bytes) -> None:
        """Take one ring of the bell, or several at once, from whichever process."""
        try:
            rings = orjson.loads(raw)
        except ValueError:
            return
        for ring in rings if isinstance(rings, list) else [rings]:
            self._heard(ring)

    def _heard(self, ring: Message) -> None:
        try:
            group = bell.hearers(ring)
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if group is not None:
            self.deliver(group, {**ring, "news": ring.get("type"), "type": f"bell.{ring['kind']}"})
        elif ring.get("kind") == "hub" and ring.get("from") != self.name:
            self._relayed(ring)
        for hear in self.ears:
            hear(ring)

    async def ring(self, ring: Message) -> None:
        """Ring for every other process; a dead cache loses it, as a layer may."""
        if self._publish is not None:
            await self._publish(orjson.dumps({**ring, "kind": "hub", "from": self.name}))

    def _relayed(self, ring: Message) -> None:
        if ring.get("group"):
            self.deliver(ring["group"], ring["message"])
        elif ring.get("channel") in self.boxes:
            self.boxes[ring["channel"]].put(ring["message"])

    async def _in_slices(self, group: str) -> None:
        channels = list(self.groups.get(group, ()))
        random.shuffle(channels)
        for start in range(0, len(channels), SLICE):
            for channel in channels[start : start + SLICE]:
                if channel in self.boxes:
                    self.boxes[channel].put({"type": "bell.generation"})
            await asyncio.sleep(BREATH)

    def _out(self, group: str, channel: str) -> None:
        members = self.groups.get(group)
        if members is not None:
            members.discard(channel)
            if not members:
                del self.groups[group]


hub = Hub()
"""This process's hub."""
