"""The hub as a Channels layer: ``group_send`` reaches every process through the bell."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import redis
from channels.exceptions import ChannelFull
from channels.layers import BaseChannelLayer

from personalization.plant import places
from personalization.push import shelf
from personalization.push.hub import CAPACITY, Hub, Message, hub


class HubLayer(BaseChannelLayer):  # type: ignore[misc]
    """At most once, as every layer: what must arrive is read anew by whoever hears of it."""

    extensions = ("groups",)

    def __init__(self, expiry: int = 60, capacity: int = CAPACITY, **settings: Any) -> None:
        super().__init__(expiry=expiry, capacity=capacity, **settings)
        self.hub: Hub = hub

    async def new_channel(self, prefix: str = "specific") -> str:
        """Return a name nobody else has, of a channel of this process."""
        return self.hub.name_channel(prefix)

    async def send(self, channel: str, message: Message) -> None:
        """Send to one channel; ``ChannelFull`` where it is here and full."""
        self.require_valid_channel_name(channel)
        if not self._is_ours(channel):
            await self._ring({"channel": channel, "message": message})
        elif not self.hub.box(channel).put(message):
            raise ChannelFull

    async def receive(self, channel: str) -> Message:
        """Return the channel's next message, waiting for it."""
        self.require_valid_channel_name(channel)
        return await self.hub.box(channel).get()

    async def group_add(self, group: str, channel: str) -> None:
        """Let the channel hear the group."""
        self.require_valid_group_name(group)
        self.hub.join(group, channel)

    async def group_discard(self, group: str, channel: str) -> None:
        """Let the channel hear the group no more."""
        self.hub.leave(group, channel)

    async def group_send(self, group: str, message: Message) -> None:
        """Send to every channel of the group, in every process; a full one misses it."""
        self.require_valid_group_name(group)
        ring = {"group": group, "message": message}
        loop = self.hub.loop
        if loop is None or loop is asyncio.get_running_loop():
            self.hub.deliver(group, message)
        else:
            loop.call_soon_threadsafe(self.hub.deliver, group, message)
        await self._ring(ring)

    def _is_ours(self, channel: str) -> bool:
        process = channel.partition("!")[0].rpartition(".")[2]
        return "!" not in channel or process == self.hub.name

    async def _ring(self, ring: Message) -> None:
        loop = self.hub.loop
        if loop is asyncio.get_running_loop():
            await self.hub.ring(ring)
        else:
            await asyncio.to_thread(
                _ring_from_outside, {**ring, "kind": "hub", "from": self.hub.name}
            )


def _ring_from_outside(ring: Message) -> None:
    """Ring from a process or thread whose loop is not the hub's."""
    with redis.Redis.from_url(
        places.cache_url(), socket_timeout=1, socket_connect_timeout=0.5
    ) as client:
        client.publish(shelf.BELL, orjson.dumps(ring))
