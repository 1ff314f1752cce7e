"""A listener: one browser or server that hears its own changes, whichever way it is connected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson

from personalization.api import decide, question, rehearsing, wire
from personalization.api.faces import Faces
from personalization.api.farewell import (
    FORBIDDEN,
    KEY,
    MALFORMED,
    RESTART,
    SILENT,
    SLOW,
    Closed,
    busy,
)
from personalization.api.wire import Refused
from personalization.decisions.current import Compiled
from personalization.features.snapshot import Who
from personalization.flows import decision
from personalization.flows.decision import Told
from personalization.flows.serving import Serving
from personalization.plant.instants import SECOND
from personalization.push import bell, cursor, endpoints, shelf
from personalization.push.cursor import Cursor
from personalization.push.sweep import Interest
from personalization.sites.keys import Access

Message = dict[str, Any]
Shown = list[Mapping[str, Any]]
Tell = Callable[[Message], Awaitable[None]]

PATIENCE = 10 * SECOND
"""How long a connection may stay without a subscription."""
SILENCE = 75 * SECOND
"""How long a listener may say nothing (a ping is enough)."""
TOUCH = (True, "1")
"""How a client says that it wants to hear of changes that change nothing here."""
TYPES = 20
"""Kinds of news a server may ask for at once."""


class Listener:
    """Follows one visitor's slots, or all that happens on a site, and tells what changes."""

    __slots__ = (
        *("access", "asked", "channel", "expires_at", "given", "held", "inside", "interest"),
        *("pretends", "shown", "silent_at", "tell", "types"),
    )

    def __init__(
        self, held: Serving, channel: str, given: Mapping[bytes, bytes], tell: Tell
    ) -> None:
        self.held, self.channel, self.given, self.tell = held, channel, given, tell
        self.access: Access | None = None
        self.asked: Message = {}
        self.interest: Interest | None = None
        self.pretends: frozenset[str] | None = None
        self.inside: frozenset[str] = frozenset()
        self.shown = Faces()
        self.types: tuple[str, ...] = ()
        self.silent_at = held.clock.now() + PATIENCE
        self.expires_at: int | None = None

    async def subscribe(self, message: Message, access: Access) -> None:
        """Begin to follow: registered first, read then, so that nothing falls between."""
        self.leave()
        self.access = access
        self.held.hub.join(bell.sockets(access.site_id), self.channel)
        if message.get("site") is True:
            await self._follow_site(message, access)
            return
        self.asked = message
        before = cursor.read(message.get("cursor"))
        told = await self._read()
        if self.interest is not None and self._profile(told):
            told = await self._read()
        await self._catch_up(before, told)

    async def heard(self, message: Message) -> None:
        """Take a ring of the bell: what it is about is read anew."""
        kind = message["type"]
        if kind == "hub.overflow":
            raise Closed(SLOW, busy())
        if kind == "hub.close":
            raise Closed(message["code"], message.get("retry", 0))
        if kind == "bell.site":
            await self._news(message)
        elif self.asked and not self._is_old(message):
            await self._changed(await self._read())

    def leave(self) -> None:
        """Follow nothing any more."""
        self.held.hub.leave_all(self.channel)
        self.held.sweep.interests.pop(self.channel, None)
        self.interest, self.asked, self.types, self.shown = None, {}, (), Faces()
        self.pretends = None

    def _is_old(self, message: Message) -> bool:
        known = self.interest.version if self.interest else 0
        return message["type"] == "bell.snapshot" and 0 < int(message.get("version", 0)) <= known

    def due(self, now: int, live: Mapping[int, Access]) -> int | None:
        """Return the code to close with: key or token are over, or nothing was said for long."""
        if self.expires_at is not None and now >= self.expires_at:
            return KEY
        if self.access is not None and live.get(self.access.key_id) != self.access:
            code = self._revoked(live.get(self.access.key_id), now)
            if code is not None:
                return code
        return SILENT if now > self.silent_at else None

    def _revoked(self, access: Access | None, now: int) -> int | None:
        """Return why the listener may not listen any more, after something about its key changed.

        What a channel token opened was opened without an origin and is judged so.
        """
        if access is None:
            return KEY
        if not access.admits(wire.origin(dict(self.given))):
            return FORBIDDEN
        token, site = self.asked.get("token"), self.held.current.of(access.site_id)
        if self.expires_at is not None and token and site is not None:
            if question.vouched_for(site, token, now, "decide") is None:
                return FORBIDDEN
            if site.signing != access.sealed:
                return None  # the site is not loaded anew yet: looked at again
        self.access = access
        return None

    async def _read(self) -> Told:
        """Return the visitor as they are now, and follow the profile they are of now."""
        access = self.access
        assert access is not None
        site = await self.held.site(access.site_id)
        if site is None:
            raise Closed(RESTART)
        try:
            asks = question.of(access, site, self.asked, self.given, self.held.clock.now())
        except Refused:
            raise Closed(MALFORMED) from None
        if "token" in asks.degraded:
            raise Closed(FORBIDDEN)
        if self.asked.get("preview"):
            return await self._pretended(asks)
        if asks.visitor.who is None:
            raise Closed(MALFORMED)
        self.expires_at = asks.expires_at
        self._follow(asks.visitor.who)
        told = await decision.walk(asks.visitor, asks.slots, self.held.reader, self.held.clock)
        decide.note(self.held, asks, told)
        return told

    async def _pretended(self, asks: question.Question) -> Told:
        """Return what a preview shows: nobody is read or followed, only what is published."""
        shown = await rehearsing.shown(self.held, asks, self.asked["preview"])
        if shown is None:
            raise Closed(FORBIDDEN)
        self.pretends, self.expires_at = shown.asks.visitor.segments, shown.until
        return shown.told

    def _follow(self, who: Who) -> None:
        if self.interest is None:
            prefix = who.prefix
            self.interest = Interest(
                f"{prefix}i:{who.identity}", "person" if who.person else "view", f"{prefix}v:"
            )
            self.held.sweep.interests[self.channel] = self.interest
            self.held.hub.join(bell.identity(who.identity), self.channel)
            self.held.hub.join(bell.profile(who.identity), self.channel)

    def _profile(self, told: Told) -> bool:
        """Follow the profile that was read; ``True`` where it is another than before."""
        interest, snapshot = self.interest, told.seen.snapshot
        if interest is None or snapshot is None:
            return False
        interest.version = snapshot.version
        if interest.profile == snapshot.profile:
            return False
        if interest.profile:
            self.held.hub.leave(bell.profile(interest.profile), self.channel)
        interest.profile = snapshot.profile
        self.held.hub.join(bell.profile(snapshot.profile), self.channel)
        return True

    async def _catch_up(self, before: Cursor | None, told: Told) -> None:
        """Tell a new listener where things stand, and one that was here before what it missed."""
        site, now = self._site(), self._cursor(told)
        self._profile(told)
        self.inside = self._inside(told)
        fresh = self._fresh(told)
        if before is None:
            await self._tell_segments(site, now, self.inside, frozenset())
            await self._tell_decisions(site, now, fresh)
        elif before == now:
            return
        elif before.profile not in (now.profile, cursor.NOBODY):
            await self.tell({"type": "reset", "cursor": now.text()})
        else:
            await self._tell_missed(before, now, fresh)

    async def _tell_missed(self, before: Cursor, now: Cursor, fresh: Shown) -> None:
        site = self._site()
        if before.segments != now.segments:
            was = await self._was(before, now)
            if was is None:
                await self.tell({"type": "reset", "cursor": now.text()})
                return
            await self._tell_segments(site, now, self.inside - was, was - self.inside)
        await self._tell_decisions(site, now, fresh)

    async def _was(self, before: Cursor, now: Cursor) -> frozenset[str] | None:
        """Return the segments at a cursor, by taking back the profile's recent moves."""
        if before.profile == cursor.NOBODY:
            return frozenset()
        key = shelf.moves(self._site().site, now.profile)
        try:
            recent = await self.held.cache.call("LRANGE", key, 0, -1, deadline=0.1)
        except OSError:
            return None
        was = set(self.inside)
        for batch in map(orjson.loads, recent):
            if batch["version"] <= before.version:
                break
            for move in reversed(batch["moves"]):
                (was.discard if move["entered"] else was.add)(move["segment"])
        return frozenset(was) if cursor.checksum(was) == before.segments else None

    async def _changed(self, told: Told) -> None:
        """Tell what is different since the last time."""
        self._profile(told)
        site, now, inside = self._site(), self._cursor(told), self._inside(told)
        was, self.inside = self.inside, inside
        moved, fresh = self._may_hear(site, inside ^ was), self._fresh(told)
        if moved:
            await self._tell_segments(site, now, inside - was, was - inside)
        await self._tell_decisions(site, now, fresh)
        if self.asked.get("touch") in TOUCH and not moved and not fresh:
            await self.tell({"type": "touch", "cursor": now.text()})

    def _fresh(self, told: Told) -> Shown:
        return self.shown.fresh(shown for _, shown in told.decisions)

    async def _tell_segments(
        self, site: Compiled, now: Cursor, entered: frozenset[str], exited: frozenset[str]
    ) -> None:
        """Tell the segments: to browsers only those that may be seen there."""
        parts = [self._may_hear(site, part) for part in (self.inside, entered, exited)]
        names = dict(zip(("segments", "entered", "exited"), map(sorted, parts), strict=True))
        await self.tell({"type": "segments", "cursor": now.text(), **names, **self._mark()})

    def _may_hear(self, site: Compiled, segments: frozenset[str]) -> frozenset[str]:
        public = self.access is None or self.access.public or self.asked.get("channel")
        return segments & site.visible if public else segments

    async def _tell_decisions(self, site: Compiled, now: Cursor, fresh: Shown) -> None:
        if fresh:
            told = {"type": "decisions", "cursor": now.text(), "generation": site.generation}
            await self.tell({**told, "decisions": fresh, **self._mark()})

    def _mark(self) -> Message:
        return {"preview": True} if self.asked.get("preview") else {}

    def _inside(self, told: Told) -> frozenset[str]:
        segments = told.known.facts(self.pretends).segments
        return frozenset(name for name, inside in segments.items() if inside)

    def _cursor(self, told: Told) -> Cursor:
        return decide.cursor(told, self._site().generation)

    def _site(self) -> Compiled:
        assert self.access is not None
        site = self.held.current.of(self.access.site_id)
        if site is None:
            raise Closed(RESTART)
        return site

    async def _follow_site(self, message: Message, access: Access) -> None:
        types = message.get("types", ["*"])
        if access.public:
            raise Closed(FORBIDDEN)
        if not isinstance(types, list) or not 0 < len(types) <= TYPES:
            raise Closed(MALFORMED)
        self.types = tuple(str(name) for name in types)
        self.held.hub.join(bell.site(access.site_id), self.channel)
        now = Cursor(generation=self._site().generation).text()
        if message.get("cursor") not in (None, now):
            await self.tell({"type": "reset", "cursor": now})

    async def _news(self, message: Message) -> None:
        kind = str(message.get("news") or "")
        if any(endpoints.fits(wanted, kind) for wanted in self.types):
            now = Cursor(generation=self._site().generation).text()
            await self.tell({"type": kind, "cursor": now, "data": message.get("data")})
