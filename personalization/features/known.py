"""What may be known of one visitor at one instant, worked out attribute by attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from personalization.features.snapshot import Snapshot
from personalization.push.cursor import Cursor, checksum
from rules import fold, readings, state_json
from rules.definitions import Definitions
from rules.facts import Facts
from rules.state import State
from rules.values import canonical, kind_of, scalar
from rules.zones import local, zone

PURPOSE = "personalization"
"""What an attribute serves unless the catalogue says otherwise."""
NECESSARY = "necessary"
"""The purpose that needs nobody's yes."""

Score = Callable[[Mapping[str, object]], float | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a site's readers ask of a profile: the generation's definitions, types and purposes."""

    definitions: Definitions
    types: Mapping[str, str]
    purposes: Mapping[str, str]
    scores: Mapping[str, Score]
    policy: str
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Request:
    """What the request itself says: its context, its consent, and whether it sent GPC."""

    context: Mapping[str, Any]
    consent: Mapping[str, bool]
    gpc: bool = False


@dataclass(slots=True)
class Held:
    """A snapshot's state, unpacked for one set of definitions, and moved on with time."""

    digest: str
    state: State
    segments: dict[str, bool]
    seen: Cursor
    texts: dict[int, str] = field(default_factory=dict)

    def text(self, generation: int) -> str:
        """Return the cursor of an answer on this state, written once for each generation."""
        found = self.texts.get(generation)
        if found is None:
            found = self.texts[generation] = self.seen._replace(generation=generation).text()
        return found


class Known(dict[str, object]):
    """A visitor's attributes by path; an unknown one is ``None``."""

    __slots__ = ("asked", "degraded", "held", "now", "permitted", "request")

    def __init__(
        self, asked: Asked, request: Request, held: Held | None, permitted: Permitted, now: int
    ) -> None:
        self.asked, self.request, self.held = asked, request, held
        self.permitted, self.now = permitted, now
        self.degraded: set[str] = set()

    def get(self, path: str, default: object = None) -> Any:  # noqa: ARG002 - unknown is None
        """Return the attribute's value, worked out once."""
        return self[path]

    def __missing__(self, path: str) -> object:
        family = path.partition(".")[0]
        told = FAMILIES.get(family)
        value = told(self, path) if told else None
        self[path] = value
        return value

    def facts(self, given: frozenset[str] | None = None) -> Facts:
        """Return what a matrix asks; ``given`` are the segments of nobody in particular."""
        held = self.held
        if given is not None:
            names = self.asked.definitions.segments
            return Facts(self, {name: name in given for name in names}, NOTHING, self.now)
        if held is None:
            return Facts(self, NOTHING, NOTHING, self.now)
        allowed = self.permitted(PURPOSE)
        segments = held.segments if allowed else NOTHING
        return Facts(self, segments, held.state.windows if allowed else NOTHING, self.now)


class Permitted:
    """Which purposes a visitor permits: a no always wins, then a yes, then the site's policy."""

    __slots__ = ("_judged", "_policy", "_refused", "_said")

    def __init__(self, policy: str, said: tuple[Mapping[str, bool], ...], gpc: bool) -> None:
        self._policy, self._said, self._refused = policy, said, gpc
        self._judged = {NECESSARY: True}

    def __call__(self, purpose: str) -> bool:
        """Return whether the purpose is permitted."""
        judged = self._judged.get(purpose)
        if judged is None:
            judged = self._judged[purpose] = self._judge(purpose)
        return judged

    def _judge(self, purpose: str) -> bool:
        words = [said[purpose] for said in self._said if purpose in said]
        if self._refused or False in words:
            return False
        return True in words or self._policy != "opt_in"


NOTHING: dict[str, Any] = {}


def held(snapshot: Snapshot | None, asked: Asked, now: int) -> Held | None:
    """Return the snapshot's state at ``now``: what came due since it was written has happened."""
    if snapshot is None:
        return None
    found = snapshot.held
    definitions = asked.definitions
    if not isinstance(found, Held) or found.digest != definitions.digest:
        state = state_json.load(dict(snapshot.state), definitions)
        found = snapshot.held = _held(snapshot, state, definitions)
    due = found.state.next_change
    if due is not None and due <= now:
        state = fold.fold(found.state, (), definitions, now)
        found = snapshot.held = _held(snapshot, state, definitions)
    return found


def _held(snapshot: Snapshot, state: State, definitions: Definitions) -> Held:
    segments = readings.segments_of(state, definitions)
    inside = checksum(name for name, member in segments.items() if member)
    seen = Cursor(snapshot.profile, snapshot.version, segments=inside)
    return Held(definitions.digest, state, segments, seen)


def _purpose(known: Known, path: str) -> str:
    return known.asked.purposes.get(path, PURPOSE)


def _trait(known: Known, path: str) -> object:
    if known.held is None or not known.permitted(_purpose(known, path)):
        return None
    trait = known.held.state.traits.get(path.removeprefix("traits."))
    return typed(known.asked.types.get(path), trait.value) if trait else None


def _feature(known: Known, path: str) -> object:
    if known.held is None or not known.permitted(_purpose(known, path)):
        return None
    name = path.removeprefix("features.")
    return fold.feature(known.held.state, known.asked.definitions, name, known.now)


def _derived(known: Known, path: str) -> object:
    if known.held is None or not known.permitted(_purpose(known, path)):
        return None
    return known.held.state.derived.get(path)


def _score(known: Known, path: str) -> object:
    if known.held is None or not known.permitted(PURPOSE):
        return None
    score = known.asked.scores.get(path.removeprefix("scores."))
    if score is None:
        known.degraded.add("model")
        return None
    return score(known)


def _consent(known: Known, path: str) -> object:
    return known.permitted(path.removeprefix("consent."))


def _context(known: Known, path: str) -> object:
    value: Any = known.request.context
    for part in path.split(".")[1:]:
        value = value.get(part) if isinstance(value, Mapping) else None
    return typed(known.asked.types.get(path), value)


def _time(known: Known, path: str) -> object:
    _, _, name = path.partition(".")
    if name == "zone":
        return known.asked.zone.key
    where, _, what = name.rpartition(".")
    read = CLOCK.get(what)
    return read(local(known.now, _zone(known, where))) if read else None


def _zone(known: Known, where: str) -> ZoneInfo:
    if where == "site":
        return known.asked.zone
    said = where if where not in {"", "visitor"} else known["context.timezone"]
    return (zone(said) if isinstance(said, str) else None) or known.asked.zone


CLOCK: Mapping[str, Callable[[datetime], object]] = {
    "hour": lambda moment: moment.hour,
    "weekday": lambda moment: moment.isoweekday(),
    "date": lambda moment: moment.date().isoformat(),
}
FAMILIES: Mapping[str, Callable[[Known, str], object]] = {
    "traits": _trait,
    "features": _feature,
    "derived": _derived,
    "scores": _score,
    "consent": _consent,
    "context": _context,
    "time": _time,
}


def typed(kind: str | None, raw: object) -> object:
    """Return the value in the catalogue's type, or in the one it looks like."""
    if raw is None:
        return None
    if kind:
        return canonical(kind, raw)
    if isinstance(raw, list | dict):
        looks = kind_of(raw)
        return canonical(looks, raw) if looks else None
    return scalar(raw)
