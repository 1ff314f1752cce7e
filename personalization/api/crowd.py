"""The crowd: everybody who listens to this process, and how many may, by address and by site."""

from __future__ import annotations

import os
from collections import Counter
from ipaddress import IPv6Address, ip_address
from typing import Any

from personalization.api.farewell import TOO_MANY, Closed, busy
from personalization.api.listening import Listener

MOST = 20_000
"""Listeners of one process."""
PER_SITE = int(os.environ.get("STREAMS_PER_SITE", MOST))
"""Listeners of one site."""
PER_ADDRESS = int(os.environ.get("STREAMS_PER_ADDRESS", "1000"))
"""Listeners of one address: an office is behind one, and so is somebody who wants all the room."""
NETWORK = 64
"""Bits of an IPv6 address that stand for whoever holds it."""


class Crowd:
    """The listeners by channel, counted by where they come from."""

    def __init__(self) -> None:
        self.listeners: dict[str, Listener] = {}
        self.leaves = False
        """Whether the process is about to end: nobody else comes in."""
        self._addresses: dict[str, str] = {}
        self._sites: dict[str, int] = {}
        self._from: Counter[str] = Counter()
        self._at: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self.listeners)

    def has_room(self, address: str) -> bool:
        """Return whether somebody from this address may come in."""
        crowded = address != "" and self._from[address] >= PER_ADDRESS
        return not self.leaves and len(self.listeners) < MOST and not crowded

    def enter(self, listener: Listener, address: str) -> None:
        """Take somebody in."""
        self.listeners[listener.channel] = listener
        if address:
            self._addresses[listener.channel] = address
            self._from[address] += 1

    def settle(self, channel: str, site: int) -> None:
        """Count somebody for the site they listen to; ``Closed`` where it has no room."""
        if self._sites.get(channel) == site:
            return
        if self._at[site] >= PER_SITE:
            raise Closed(TOO_MANY, busy())
        self._unsettle(channel)
        self._sites[channel] = site
        self._at[site] += 1

    def leave(self, channel: str) -> None:
        """Let somebody go; whoever is gone already stays gone."""
        if self.listeners.pop(channel, None) is None:
            return
        self._unsettle(channel)
        address = self._addresses.pop(channel, None)
        if address:
            self._from[address] -= 1
            if not self._from[address]:
                del self._from[address]

    def _unsettle(self, channel: str) -> None:
        site = self._sites.pop(channel, None)
        if site is not None:
            self._at[site] -= 1


def address(scope: Any) -> str:
    """Return whom a connection counts for, "" for nobody: a proxy of this machine that tells not.

    >>> address({"client": ("2001:db8::1", 5)}), address({"client": ("127.0.0.1", 5)})
    ('2001:db8::', '')
    """
    client = scope.get("client")
    try:
        found = ip_address(client[0] if client else "")
    except ValueError:
        return ""
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or IPv6Address(int(found) >> NETWORK << NETWORK)
    return "" if found.is_loopback else str(found)


crowd = Crowd()
"""Everybody connected to this process."""
