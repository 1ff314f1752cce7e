"""The real system under the state machine: one site, its clock, and a worker that can be killed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import orjson

from personalization.features import held
from personalization.flows import definitions, event, parting, refolding, retirement
from personalization.flows.dispatch import Dispatch
from personalization.flows.parting import Word
from personalization.plant import sql
from personalization.plant.instants import to_text
from personalization.push import relay, shelf
from personalization.segments.drafts import stability_of
from personalization.segments.models import SegmentRevision
from personalization.sites import keys
from personalization.sites.models import Generation
from personalization.sites.naming import identity_hex
from rules import parser
from rules.scopes import Scope
from tests.flows import mortal
from tests.flows.audience import Audience
from tests.flows.ground import START, USUAL, Ground
from tests.flows.mortal import Nursery
from tests.flows.naive_world import TICK, Name, Told, World, shrunk
from tests.waiting import until

EVERYTHING = """
SELECT 'move', profile::text, key, entered::text, effective_at FROM segments_move
 WHERE site_id = %s AND superseded_at IS NULL
UNION ALL SELECT 'member', profile::text, key, '', since FROM segments_member WHERE site_id = %s
UNION ALL SELECT 'timer', profile::text, '', '', due FROM segments_timer WHERE site_id = %s
UNION ALL SELECT 'state', profile::text, '', '', version FROM features_profilestate
 WHERE site_id = %s
UNION ALL SELECT 'through', profile::text, '', '', through FROM features_profilestate
 WHERE site_id = %s
UNION ALL SELECT 'person', id::text, person::text, '', 0 FROM profiles_identity WHERE site_id = %s
UNION ALL SELECT 'view', id::text, view::text, '', 0 FROM profiles_identity WHERE site_id = %s
"""
OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND application_name = %s
"""
WAITING = "SELECT DISTINCT lane FROM events_inbox WHERE site_id = %s"
LINKS = """
SELECT id, one, other, trust, revoked_at FROM profiles_link WHERE site_id = %s
 ORDER BY one, other, trust
"""
LONG = 10**6
BODIES = f"""
SELECT {sql.hexed("profile")}, version, body FROM features_profilestate WHERE site_id = %s
"""
LEFTOVERS = ("segments_timer", "events_inbox", "push_outbox")


class Living:
    """A site of the running system, beside what the naive world says of it."""

    def __init__(self, slug: str, lateness: int, audience: Audience, names: list[Name]) -> None:
        self.ground = Ground(slug, lateness=lateness * TICK // 1_000_000)
        self.ground.clock = audience.clock
        self.ground.clock.instant = START
        self.site = self.ground.site.pk
        self.audience = audience
        audience.enter(keys.mint(self.ground.site, "sk")[1], names)
        self.world = World(lambda name: identity_hex(self.site, *name), lateness)
        self.dispatch = Dispatch(self.ground.clock)
        self.versions: dict[str, int] = {}
        self.keys: dict[str, str] = {}
        self.now = self.latest = 0
        self.bell = relay.client().pubsub(ignore_subscribe_messages=True)
        self.bell.subscribe(shelf.BELL)
        assert self.bell.get_message(timeout=20) is None  # it is open

    def profile(self, name: Name) -> str:
        """Return the id of the profile that bears an identity's name."""
        return identity_hex(self.site, *name)

    def publish(self, slug: str, condition: Any, **stability: Any) -> None:
        """Publish a segment, here and in the naive world."""
        self.ground.segment(slug, condition, **stability)
        asked = (parser.parse(condition, scope=Scope.SEGMENT), stability_of(stability))
        self.world.publish(slug, tuple(map(shrunk, asked)))
        self.keys = dict(definitions.live(self.site).segments)

    def retire(self, slug: str) -> None:
        """Retire a segment that is in force, here and in the naive world."""
        live = SegmentRevision.objects.filter(segment__site=self.site, segment__slug=slug)
        for revision in live.filter(status="live"):
            retirement.retire_segment(revision.pk, "test", self.ground.clock)
            self.world.retire(slug)
        self.keys = dict(definitions.live(self.site).segments)

    def tell(self, told: Told) -> None:
        """Put a message into the inbox as the gate does, received now."""
        said = {"type": told.kind, "messageId": told.message, "timestamp": _text(told.at)}
        said |= {"event": told.name} if told.kind == "track" else {}
        parts = {"userId": told.user, "anonymousId": told.device, "previousId": told.previous}
        parts |= {"properties": told.properties, "traits": told.traits}
        said |= {name: value for name, value in parts.items() if value}
        if told.said is not None:
            said["context"] = {"consent": {"categoryPreferences": {"personalization": told.said}}}
        lane = "import" if told.imported else "live"
        self.ground.admit([said], lane, verified=told.verified)
        self.world.hear(told)

    def drain(self) -> None:
        """Let a worker take everything that waits, and let timers fire."""
        for lane in ("live", "import"):
            while (passed := event.walk(lane, self.ground.clock, USUAL)).events:
                self.world.drain(imported=lane == "import", latest=self.latest)
                self.dispatch.send(passed)
        while (passed := refolding.due(self.ground.clock)).letters:
            self.dispatch.send(passed)

    def step(self, ticks: int) -> None:
        """Move the clock."""
        self.now += ticks
        self.latest = max(self.latest, self.now)
        self.ground.clock.instant = START + self.now * TICK

    def unmerge(self, index: int, barred: bool) -> bool:
        """Take one link back, or let a revoked one count again; the index chooses which."""
        links = sql.rows(LINKS, [self.site])
        if not links:
            return False
        pk, one, other, trust, revoked = links[index % len(links)]
        word = Word("somebody", "a test", barred)
        change = parting.part if revoked is None else parting.rejoin
        passed = change(self.site, [pk], word, self.ground.clock)
        self.dispatch.send(passed)
        ids = {self.profile(name): name for name in self.world.born}
        link = self.world.links[ids[one.hex], ids[other.hex], trust == "verified"]
        link.revoked, link.barred = (self.now, barred) if revoked is None else (None, False)
        return True

    def restart(self) -> None:
        """Forget what a process remembers, as a new one does."""
        held._held.clear()
        definitions._loaded.clear()

    def killed(self, statement: int, work: Callable[[], None]) -> bool:
        """Do the work; die before that statement. True where the worker lived."""
        try:
            with mortal.dying(statement):
                work()
        except mortal.KilledError:
            self.restart()
            return False
        return True

    def slain(self, statement: int, nursery: Nursery) -> bool:
        """Let another process work, that is killed before a statement; True where it lived."""
        lived = nursery.work(self.ground.clock.now(), statement)
        until(lambda: sql.rows(OTHERS, [mortal.NAME]) == [(0,)], 60)
        self.restart()
        waiting = {lane for (lane,) in sql.rows(WAITING, [self.site])}
        for lane in ("live", "import"):
            if lane not in waiting:
                self.world.drain(imported=lane == "import", latest=self.latest)
        return lived

    def rows(self) -> dict[str, dict[str, list[tuple[Any, ...]]]]:
        """Return all that is stored of the site, by what it is and whose."""
        found: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
        for kind, whose, *rest in sql.rows(EVERYTHING, [self.site] * 7):
            found.setdefault(kind, {}).setdefault(whose.replace("-", ""), []).append(tuple(rest))
        return found

    def check(self) -> None:
        """Compare all that is stored with what the naive world says."""
        rows = self.rows()
        person, view = self.world.people()
        for told, kind in ((person, "person"), (view, "view")):
            stored = {who: row[0][0].replace("-", "") for who, row in rows.get(kind, {}).items()}
            assert stored == {self.profile(n): self.profile(told[n]) for n in told}, kind
        profiles = self.world.profiles()
        for name, events in profiles.items():
            story = self.world.story(name, events, self._until(name, rows))
            self._agree(name, story, rows, self.keys)
        everybody = {self.profile(name) for name in profiles}
        for kind in ("move", "member", "timer", "state"):
            assert rows.get(kind, {}).keys() <= everybody, kind
        for profile, ((*_, version),) in rows.get("state", {}).items():
            assert version >= self.versions.get(profile, 0)
            self.versions[profile] = version

    def _until(self, name: Name, rows: Any) -> int:
        """Return the instant of which a profile is: now, or where a clock was that is set back."""
        ((*_, through),) = rows.get("through", {}).get(self.profile(name), [(0,)])
        return max(self.now, (through - START) // TICK)

    def _agree(self, name: Name, story: Any, rows: Any, keys: dict[str, str]) -> None:
        moves, members = story
        profile, live = self.profile(name), set(keys.values())
        moved = {(keys[slug], "true" if entered else "false", START + at * TICK)
                 for slug, entered, at in moves}  # fmt: skip
        stored = [row for row in rows.get("move", {}).get(profile, []) if row[0] in live]
        gone = START + self.world.emptied.get(name, -LONG) * TICK
        left = {row for row in stored if row not in moved and row[2] <= gone}
        assert sorted({*stored} - left) == sorted(moved), (name, set(stored) ^ moved)
        assert len(stored) == len(set(stored)), name
        inside = {row[0] for row in rows.get("member", {}).get(profile, [])} & live
        assert inside == {keys[slug] for slug, member in members.items() if member}, name

    def end(self) -> None:
        """Compare the cache with the store, and leave nothing that others would find."""
        self.dispatch.sweep()
        self.ground.clock.instant += 2_000_000
        while self.dispatch.sweep():
            pass
        rows = self.rows()
        cache, rung = relay.client(), self._rung()
        for profile, version, body in sql.rows(BODIES, [self.site]):
            told = orjson.loads(cache.get(shelf.snapshot(self.site, profile)) or b"{}")
            assert (told["version"], told["state"]) == (version, orjson.loads(body))
            assert rung.get(profile) == version, profile
        assert rung["generation"] == Generation.objects.get(site_id=self.site).number
        for kind in ("person", "view"):
            for who, ((named, *_),) in rows.get(kind, {}).items():
                told = cache.hget(shelf.identity(self.site, who), kind)
                assert told == named.replace("-", "").encode(), (kind, who)
        self._listened(rows)

    def _listened(self, rows: Any) -> None:
        """Wait until everybody who listens was told what is stored."""
        inside = {
            profile: {key for key, *_ in members}
            for profile, members in rows.get("member", {}).items()
        }

        def stored(name: Name) -> frozenset[str]:
            named = rows.get("person" if name[0] == "user" else "view", {})
            ((profile, *_),) = named.get(self.profile(name), [("",)])
            keys = inside.get(profile.replace("-", ""), set())
            return frozenset(slug for slug, key in self.keys.items() if key in keys)

        wanted = {name: stored(name) for name in self.audience.seats}
        with suppress(AssertionError):
            until(lambda: self.audience.told() == wanted, 60)
        told = self.audience.told()
        differ = {name: (told[name], wanted[name]) for name in told if told[name] != wanted[name]}
        assert not differ, f"told, and stored: {differ}"

    def _rung(self) -> dict[str, int]:
        """Return what the bell said last of every profile, and of the site's generation."""
        found: dict[str, int] = {}
        while message := self.bell.get_message(timeout=0.2):
            for ring in orjson.loads(message["data"]):
                if ring["site"] == self.site and ring["kind"] in {"snapshot", "generation"}:
                    name = ring.get("profile", "generation")
                    number = ring.get("version", ring.get("generation", 0))
                    found[name] = max(number, found.get(name, 0))
        return found

    def leave(self) -> None:
        self.audience.leave()
        self.bell.close()
        for table in LEFTOVERS:
            sql.run(f"DELETE FROM {table} WHERE site_id = %s", [self.site])


def _text(ticks: int) -> str:
    return to_text(START + ticks * TICK)
