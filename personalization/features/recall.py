"""Recall: what the cache said of visitors and has not taken back: it need not be asked again.

The cache remembers what this process read and tells it, on the same connection and in order, when
any of it is written or gone (Redis: client-side caching). Memory is believed only while the cache
was heard within the last ``FRESH`` seconds: a cache that hangs takes nothing back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

Kept = TypeVar("Kept")

FRESH = 0.005
"""Seconds of silence after which the cache is asked again, were it only to hear that it lives."""
NUDGE = FRESH / 5
"""Seconds of silence after which the cache is nudged: while many ask, it is heard all the time."""
MOST = 5_000
"""Visitors recalled; who was read longest ago goes first."""
NEWS = 20_000
"""Keys remembered as taken back while their answer may still be on its way to its reader."""


class Named(NamedTuple):
    """What is kept of an identity: its profile, and what it said about purposes."""

    profile: str
    consent: Mapping[str, bool]


@dataclass(slots=True)
class Recall(Generic[Kept]):
    """Identities and snapshots as the cache last told them."""

    _named: OrderedDict[tuple[str, bool], Named] = field(default_factory=OrderedDict)
    _snapshots: OrderedDict[str, Kept] = field(default_factory=OrderedDict)
    _news: dict[bytes, int] = field(default_factory=dict)
    _told: int = 0
    _since: int = 0

    def find(self, identity: str, person: bool) -> tuple[Named, Kept] | None:
        """Return what an identity may read (its person, or its own view), ``None`` to ask anew."""
        named = self._named.get((identity, person))
        kept = self._snapshots.get(named.profile) if named else None
        return None if named is None or kept is None else (named, kept)

    def mark(self) -> int:
        """Return where we are, before a question is asked."""
        return self._told

    def keep(self, mark: int, identity: str, person: bool, named: Named, kept: Kept) -> None:
        """Keep an answer, unless it was taken back since its question was asked."""
        keys = (b"i:" + identity.encode(), b"s:" + named.profile.encode())
        if mark < self._since or any(self._news.get(key, 0) > mark for key in keys):
            return
        self._named[identity, person] = named
        self._snapshots[named.profile] = kept
        for held in (self._named, self._snapshots):
            if len(held) > MOST:
                held.popitem(last=False)

    def take_back(self, keys: Iterable[bytes] | None) -> None:
        """Forget what these keys of the cache said; ``None``: everything."""
        self._told += 1
        if keys is None or len(self._news) > NEWS:
            self._named.clear()
            self._snapshots.clear()
            self._news.clear()
            self._since = self._told
        for key in keys or ():
            short = key[key.rfind(b":", 0, key.rfind(b":")) + 1 :]
            self._news[short] = self._told
            name = short[2:].decode()
            self._named.pop((name, True), None)
            self._named.pop((name, False), None)
            self._snapshots.pop(name, None)
