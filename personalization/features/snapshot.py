"""What is known of a visitor, read within a deadline: the cache, else PostgreSQL, else nothing."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import orjson

from personalization.features.recall import FRESH, NUDGE, Named, Recall
from personalization.plant.lookups import Lookups, LostError

CACHE_SECONDS = 0.020
DATABASE_SECONDS = 0.050
PAUSE = 0.25
"""Seconds in which a cache that failed a few times in a row is not asked."""
FAILURES = 5
HELD = 5_000
"""Snapshots kept parsed; one is used again only while the cache still holds the very same bytes."""
UNKNOWN_SECONDS = 2.0
"""For how long PostgreSQL is not asked again about an identity it did not know."""

READ = """
local known = redis.call('HMGET', KEYS[1], ARGV[1], 'consent')
if not known[1] then return {false, known[2]} end
return {known[1], known[2], redis.call('GET', ARGV[2] .. known[1])}
"""
"""One round trip: the identity's profile (ARGV 1: person or view), its consent, the snapshot."""

FIND = """
SELECT encode(uuid_send(i.held), 'hex'), s.version, s.generation, s.digest, s.body,
  (SELECT jsonb_object_agg(c.purpose, c.granted) FROM (
     SELECT DISTINCT ON (purpose) purpose, granted FROM profiles_consententry
     WHERE identity IN (SELECT id FROM profiles_identity WHERE view = i.held)
     ORDER BY purpose, at DESC, granted) c)
FROM (SELECT CASE WHEN %s THEN person ELSE view END AS held
      FROM profiles_identity WHERE id = %s) i
LEFT JOIN features_profilestate s ON s.profile = i.held
"""
"""The same from PostgreSQL."""


class Script(Protocol):
    """A script on the cache; ``OSError`` where it does not answer in time."""

    @property
    def lost(self) -> int:
        """How often the cache was lost, and may have come back without what it held."""

    def silence(self) -> float:
        """Return the seconds since the cache was heard; endless where it takes nothing back."""

    def nudge(self) -> None:
        """Have the cache say something soon."""

    async def __call__(self, keys: Sequence[str], args: Sequence[str], *, deadline: float) -> Any:
        """Run it and return its answer."""


@dataclass(slots=True)
class Snapshot:
    """A profile's state as it was last written; ``held`` is what its readers made of it."""

    profile: str
    version: int
    generation: int
    digest: str
    state: Mapping[str, Any]
    consent: Mapping[str, bool]
    next: int | None = None
    held: object = None


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a snapshot is asked of: an identity, and whether its whole person may be read."""

    site: int
    identity: str
    person: bool

    @property
    def prefix(self) -> str:
        """Return what every key of the site's profiles begins with."""
        return f"pz:{{{self.site}}}:"


class Seen(NamedTuple):
    """What was found, what the ledger says last of this identity, and what did not answer."""

    snapshot: Snapshot | None = None
    consent: Mapping[str, bool] = {}
    degraded: tuple[str, ...] = ()


@dataclass(slots=True)
class Reader:
    """Reads snapshots for one process."""

    script: Script
    lookups: Lookups
    recall: Recall[Snapshot] = field(default_factory=Recall)
    _parsed: OrderedDict[str, tuple[bytes, Snapshot]] = field(default_factory=OrderedDict)
    _unknown: OrderedDict[str, float] = field(default_factory=OrderedDict)
    _lost: int = 0
    _failures: int = 0
    _closed_until: float = 0.0

    async def of(self, who: Who) -> Seen:
        """Return what is known of the visitor, within 70 ms, whatever is down."""
        silence = self.script.silence()
        if silence < FRESH:
            recalled = self.recall.find(who.identity, who.person)
            if recalled is not None:
                if silence > NUDGE:
                    self.script.nudge()
                return Seen(recalled[1], recalled[0].consent)
        mark = self.recall.mark()
        found = await self._cached(who)
        if found is None:
            return await self._stored(who, ("cache",))
        profile, consent, raw = found
        said = orjson.loads(consent) if consent else {}
        if profile and raw:
            self._unknown.pop(who.identity, None)
            snapshot = self._parse(profile.decode(), raw)
            named = Named(snapshot.profile, said)
            self.recall.keep(mark, who.identity, who.person, named, snapshot)
            return Seen(snapshot, said)
        return await self._stored(who, (), said)

    async def _cached(self, who: Who) -> tuple[bytes | None, bytes | None, bytes | None] | None:
        loop = asyncio.get_running_loop()
        if loop.time() < self._closed_until:
            return None
        prefix = who.prefix
        view = "person" if who.person else "view"
        try:
            found = await self.script(
                (f"{prefix}i:{who.identity}",), (view, f"{prefix}s:"), deadline=CACHE_SECONDS
            )
        except OSError:
            self._failures += 1
            if self._failures >= FAILURES:
                self._closed_until = loop.time() + PAUSE
            return None
        self._failures = 0
        return (*found, None)[:3]

    async def _stored(
        self, who: Who, degraded: tuple[str, ...], said: Mapping[str, bool] | None = None
    ) -> Seen:
        now = asyncio.get_running_loop().time()
        if self._is_unknown(who, now):
            return Seen(None, said or {}, degraded)
        try:
            rows = await self.lookups.rows(
                FIND, (who.person, who.identity), within=DATABASE_SECONDS
            )
        except LostError:
            return Seen(None, said or {}, (*degraded, "database"))
        if not rows or rows[0][1] is None:
            if not degraded:
                self._remember(who, now)
            ledger = rows[0][5] if rows else None
            return Seen(None, {**(ledger or {}), **(said or {})}, degraded)
        profile, version, generation, digest, body, ledger = rows[0]
        state = orjson.loads(body)
        snapshot = Snapshot(profile, version, generation, digest, state, ledger or {})
        return Seen(snapshot, said or {}, degraded)

    def _remember(self, who: Who, now: float) -> None:
        """Remember that nothing is known, while the cache is there to show when something is."""
        self._unknown[who.identity] = now + UNKNOWN_SECONDS
        if len(self._unknown) > HELD:
            self._unknown.popitem(last=False)

    def _is_unknown(self, who: Who, now: float) -> bool:
        """Whether PostgreSQL said so just now; what it said before the cache was lost is no word.

        Until then the cache would have shown what became known since; a new one cannot.
        """
        if self._lost != self.script.lost:
            self._lost = self.script.lost
            self._unknown.clear()
        return self._unknown.get(who.identity, 0.0) > now

    def _parse(self, profile: str, raw: bytes) -> Snapshot:
        held = self._parsed.get(profile)
        if held is not None and held[0] == raw:
            self._parsed.move_to_end(profile)
            return held[1]
        read = orjson.loads(raw)
        snapshot = Snapshot(
            read["profile"],
            read["version"],
            read["generation"],
            read["digest"],
            read["state"],
            read["consent"],
            read["next"],
        )
        self._parsed[profile] = (raw, snapshot)
        if len(self._parsed) > HELD:
            self._parsed.popitem(last=False)
        return snapshot
