"""A naive second opinion of a whole site: who is who, what counts, and what everybody is in.

It knows the rules of identity, lateness and consent as sentences, replays every profile's events
through the oracle, and shares no code with the drain.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from rules.state import Event
from tests.flows.ground import SECOND, START
from tests.flows.replay import Replay, Story

TICK = 600 * SECOND
"""Everything happens on this grid, so that a tick of the oracle is an instant of ours."""
DAY = 144


@dataclass(slots=True)
class Told:
    """One message as it was received; instants are ticks."""

    message: str
    tie: str
    kind: str
    name: str
    at: int
    received: int
    user: str | None
    device: str | None
    verified: bool
    previous: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    imported: bool = False
    said: bool | None = None
    discounted: bool = False
    event: Event = field(init=False)

    def __post_init__(self) -> None:
        what = (self.kind, self.name, self.properties, {}, self.traits)
        self.event = Event(self.at, self.tie, *what)

    @property
    def owner(self) -> tuple[str, str]:
        return ("user", self.user) if self.user else ("anonymous", self.device or "")

    @property
    def names(self) -> list[tuple[str, str]]:
        """Whom the message is about, and whom it says they are."""
        found = [("user", self.user)] if self.user else []
        found += [("anonymous", self.device)] if self.device else []
        if self.previous:
            found += [("user", self.previous), ("anonymous", self.previous)]
        return found

    def claims(self) -> list[tuple[tuple[str, str], tuple[str, str]]]:
        return [(other, self.owner) for other in self.names if other != self.owner]


@dataclass(slots=True)
class Link:
    """What joins two identities; ``revoked`` is when somebody took it back."""

    at: int
    revoked: int | None = None
    barred: bool = False

    @property
    def counts(self) -> bool:
        return self.revoked is None or (self.at > self.revoked and not self.barred)


Name = tuple[str, str]


class World:
    """All that was told to one site; ``ids`` orders identities as the real ones are."""

    def __init__(self, ids: Any, lateness: int) -> None:
        self.ids, self.lateness = ids, lateness
        self.waiting: list[Told] = []
        self.told: dict[str, Told] = {}
        self.links: dict[tuple[Name, Name, bool], Link] = {}
        self.born: set[Name] = set()
        self.words: dict[str, list[tuple[int, bool]]] = {}
        self.emptied: dict[Name, int] = {}
        self.segments: dict[str, Any] = {}
        self.replays: dict[Name, Replay] = {}

    def publish(self, slug: str, asked: Any) -> None:
        """Put a segment in force; what was answered before is forgotten."""
        self.segments = {**self.segments, slug: asked}
        self.replays.clear()

    def retire(self, slug: str) -> None:
        """Put a segment out of force."""
        self.segments = {name: asked for name, asked in self.segments.items() if name != slug}
        self.replays.clear()

    def hear(self, told: Told) -> None:
        """Take a message into the inbox; what it says about consent is known at once."""
        self.waiting.append(told)
        if told.said is not None:
            words = [*self.words.get(told.user or "", ()), (told.at, told.said)]
            self.words[told.user or ""] = sorted(words, key=lambda word: (word[0], not word[1]))

    def permits(self, told: Told) -> bool:
        """Tell whether an event may count: its own word, a no since its receipt, the last word."""
        words = self.words.get(told.user or "", [])
        if told.said is False or any(at > told.received and not yes for at, yes in words):
            return False
        before = [yes for at, yes in words if at <= told.received]
        return bool(told.said) or not before or before[-1]

    def withdraw(self, fresh: list[Told], latest: int) -> None:
        """Take out for good what somebody heard of did before they said no, all if it stands."""
        for user in {told.user or "" for told in fresh} & self.words.keys():
            noes = [at for at, yes in self.words[user] if not yes]
            stands = not self.words[user][-1][1]
            if stands:
                self.emptied[("user", user)] = latest
            for told in self.told.values():
                if told.user == user and noes and (stands or told.received < noes[-1]):
                    told.discounted = True

    def drain(self, *, imported: bool, latest: int) -> None:
        """Take in what waits in a lane: each message once, and whom it links.

        ``latest`` is the latest the clock has shown: what somebody was until then is history.
        """
        lane = [told for told in self.waiting if told.imported == imported]
        self.waiting = [told for told in self.waiting if told.imported != imported]
        fresh = [told for told in lane if told.message not in self.told]
        fresh = list({told.message: told for told in reversed(fresh)}.values())[::-1]
        for told in fresh:
            self.told[told.message] = told
            self.born.update(told.names)
            told.discounted = not self.permits(told)
            for other, owner in told.claims():
                link = self.links.setdefault((other, owner, told.verified), Link(told.at))
                link.at = max(link.at, told.at)
        self.withdraw(fresh, latest)

    def people(self) -> tuple[dict[Name, Name], dict[Name, Name]]:
        """Return every identity's person and the view it may read."""
        joining = self._joining()
        person = self._components({pair for pair, _ in joining})
        trusted = self._components({pair for pair, verified in joining if verified})
        view = {n: person[n] if trusted[n][0] == "user" else trusted[n] for n in self.born}
        return person, view

    def _joining(self) -> set[tuple[tuple[Name, Name], bool]]:
        """Return the links that join: a device one user, two users only where it is verified."""
        counting = [(one, other, v, link.at) for (one, other, v), link in self.links.items()
                    if link.counts]  # fmt: skip
        last: dict[Name, tuple[int, Any, Name]] = {}
        for one, other, _, at in counting:
            if {one[0], other[0]} == {"user", "anonymous"}:
                device, user = (one, other) if one[0] == "anonymous" else (other, one)
                last[device] = max(last.get(device, (at, self.ids(user), user)),
                                   (at, self.ids(user), user))  # fmt: skip
        found = set()
        for one, other, verified, _ in counting:
            if one[0] == other[0] == "user" and not verified:
                continue
            if one[0] != other[0]:
                device, user = (one, other) if one[0] == "anonymous" else (other, one)
                if last[device][2] != user:
                    continue
            found.add(((one, other), verified))
        return found

    def _components(self, pairs: set[tuple[Name, Name]]) -> dict[Name, Name]:
        found = {}
        for name in self.born:
            reached, edge = {name}, [name]
            while edge:
                here = edge.pop()
                for pair in pairs:
                    if here in pair:
                        other = pair[0] if pair[1] == here else pair[1]
                        if other not in reached:
                            reached.add(other)
                            edge.append(other)
            found[name] = min(reached, key=lambda n: (n[0] != "user", self.ids(n)))
        return found

    def profiles(self) -> dict[Name, list[Told]]:
        """Return what counts for every profile, in the order in which it happened."""
        person, view = self.people()
        found: dict[Name, list[Told]] = {name: [] for name in {*person.values(), *view.values()}}
        for told in sorted(self.told.values(), key=lambda t: (t.at, t.tie)):
            if self.is_late(told) or told.discounted:
                continue
            whole = person[told.owner]
            found[whole].append(told)
            if told.device is not None:
                device = ("anonymous", told.device)
                if view[device] not in (whole, person[device]):
                    found[view[device]].append(told)
        return found

    def is_late(self, told: Told) -> bool:
        return not told.imported and told.received - told.at > self.lateness

    def story(self, name: Name, events: list[Told], until: int) -> Story:
        """Return a profile's moves up to an instant and its memberships at it, by the oracle."""
        if name not in self.replays:
            self.replays[name] = Replay(self.segments, DAY)
        return self.replays[name].story([t.event for t in events if t.at <= until], until)


def shrunk(thing: Any) -> Any:
    """Return a condition or stability with its lengths and instants in ticks."""
    if is_dataclass(thing) and not isinstance(thing, type):
        parts = {f.name: shrunk(getattr(thing, f.name)) for f in fields(thing) if f.init}
        return replace(thing, **parts)
    if isinstance(thing, tuple):
        return tuple(shrunk(part) for part in thing)
    if type(thing) is int and thing >= START:
        return (thing - START) // TICK
    if type(thing) is int and thing >= TICK // 10:
        assert thing % TICK == 0, thing
        return thing // TICK
    return thing
