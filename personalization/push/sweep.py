"""The sweep: every two seconds each profile somebody follows is compared with what they saw."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from personalization.plant.redis import Connection
from personalization.plant.turning import Turning
from personalization.push.hub import Hub, Message

EVERY = 2.0
"""Seconds between two sweeps."""
AT_ONCE = 500
"""Listeners looked after in one round trip."""

LOOK = """
local found = {}
for number, key in ipairs(KEYS) do
  local held = redis.call('HMGET', key, ARGV[2 * number - 1], 'consent')
  local version = held[1] and redis.call('GET', ARGV[2 * number] .. held[1])
  found[number] = {held[1] or '', version or '', held[2] or ''}
end
return found
"""
"""For each identity: its profile now, the profile's version, and what it said about purposes."""
logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Interest:
    """What a listener has seen of the identity it follows, and where it stands in the cache."""

    key: str
    view: str
    versions: str
    profile: str = ""
    version: int = 0
    consent: str = ""


class Sweep(Turning):
    """Wakes every listener whose picture is not the present one."""

    def __init__(self, hub: Hub, cache: Connection) -> None:
        self._hub = hub
        self._look = cache.script(LOOK)
        self.interests: dict[str, Interest] = {}
        self.ticks: list[Callable[[], None]] = []

    async def once(self) -> int:
        """Look after everybody; return how many were woken."""
        woken = 0
        followed = list(self.interests.items())
        for start in range(0, len(followed), AT_ONCE):
            part = followed[start : start + AT_ONCE]
            try:
                woken += self._wake(part, await self._ask(interest for _, interest in part))
            except OSError:
                break
        return woken

    async def _ask(self, interests: Iterable[Interest]) -> list[list[bytes]]:
        asked = list(interests)
        places = [word for one in asked for word in (one.view, one.versions)]
        found: list[list[bytes]] = await self._look(
            [one.key for one in asked], places, deadline=1.0
        )
        return found

    def _wake(self, part: list[tuple[str, Interest]], found: list[list[bytes]]) -> int:
        woken = 0
        for (channel, interest), (profile, version, consent) in zip(part, found, strict=True):
            moved = profile and profile.decode() != interest.profile
            newer = version.isdigit() and int(version) > interest.version
            said = consent and consent.decode() != interest.consent
            if (moved or newer or said) and channel in self._hub.boxes:
                self._hub.boxes[channel].put(_missed(interest, consent.decode()))
                woken += 1
        return woken

    async def turn(self) -> None:
        """Sweep, and tick."""
        while True:
            await asyncio.sleep(EVERY)
            for tick in self.ticks:
                tick()
            try:
                await self.once()
            except Exception:
                logger.exception("the sweep stumbled")


def _missed(interest: Interest, consent: str) -> Message:
    interest.consent = consent
    return {"type": "bell.missed"}
