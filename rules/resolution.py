"""Names become keys: segments in the order they need, features as measures, holds as segments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from rules import canonical
from rules.conditions import (
    All,
    Any,
    Condition,
    EventTest,
    HasBeen,
    Measure,
    Member,
    Not,
    Test,
)
from rules.errors import InvalidError
from rules.hierarchies import Hierarchies
from rules.rankings import EVERY, Ranking
from rules.spreading import spread
from rules.stability import Stability

Declared = Mapping[str, tuple[Condition, Stability]]
"""Segments by name, as they were written."""

Ranked = Mapping[str, tuple[Ranking, Stability]]
"""Sets of segments by name, as they were written."""

NONE: Ranked = {}

LENGTH = 16
"""Hexadecimal digits of a key: 64 bits tell a site's few thousand definitions apart."""

FEATURES = "features."
_SHOWN = 8
"""So many names of a circle are said."""


def key_of(thing: object) -> str:
    """Return the key of a definition: a hash of what it says.

    >>> len(key_of({"a": 1}))
    16
    """
    return canonical.digest(thing)[:LENGTH]


@dataclass(frozen=True, slots=True)
class Resolved:
    """One segment with every name in it replaced: its members are keys, its features measures.

    ``hidden`` ones stand for a ``has_been``: they have a membership like any other and no name.
    A set of segments is one of these too: its parts are what is asked for its members.
    """

    key: str
    original: Condition
    condition: Condition
    stability: Stability
    hidden: bool = False
    name: str = ""
    ranking: Ranking | None = None


@dataclass(slots=True)
class Resolver:
    """Resolves segments once each, those they name first; circles and strangers are refused."""

    segments: Declared
    features: Mapping[str, Measure]
    rankings: Ranked = field(default_factory=dict)
    hierarchies: Hierarchies = field(default_factory=dict)
    found: dict[str, Resolved] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    _open: dict[str, None] = field(default_factory=dict)
    _sets: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._sets = owners(self.rankings)

    def all(self) -> list[Resolved]:
        """Return every segment, and every hold in one, after those it depends on."""
        for name in (*self.segments, *self._sets):
            self.segment(name, name)
        return list(self.found.values())

    def segment(self, name: str, asking: str) -> str:
        """Return the key of a segment by its name; those it needs come first, however many."""
        waiting = [(self._whole(name), asking)]
        while waiting:
            one, asking = waiting[-1]
            if self._known(one):
                waiting.pop()
                continue
            missing = self._missing(one, asking)
            if missing:
                self._opened(one, asking)
                waiting.extend((other, one) for other in missing)
                continue
            self._close(one)
            self._open.pop(one, None)
        return self.keys[name]

    def _whole(self, name: str) -> str:
        """Return what is resolved to know a segment: itself, or the set it is a member of."""
        return self._sets[name] + EVERY if name in self._sets else name

    def _known(self, name: str) -> bool:
        ranked = self.rankings.get(name.removesuffix(EVERY)) if name.endswith(EVERY) else None
        if ranked is None:
            return name in self.keys
        return f"{name.removesuffix(EVERY)}.{ranked[0].default}" in self.keys

    def _close(self, name: str) -> None:
        """Give a segment its key, or all members of a set theirs; what they name has one."""
        if name in self.segments:
            self.keys[name] = self.put(name, *self.segments[name], hidden=False)
            return
        slug = name.removesuffix(EVERY)
        ranking, stability = self.rankings[slug]
        key = self.put(name, All(ranking.conditions), stability, hidden=False, ranking=ranking)
        for place, member in enumerate(ranking.names):
            self.keys[f"{slug}.{member}"] = member_key(key, place)

    def _missing(self, name: str, asking: str) -> list[str]:
        """Return the segments this one names that have no key yet, the first one last."""
        asked = asks(self.segments, self.rankings, name)
        if asked is None:
            expected = f"expected a segment that exists, not {name}"
            raise InvalidError(f"/segments/{asking}", "unknown", expected)
        named = dict.fromkeys(self._whole(one) for part in asked for one in _named(part))
        return [one for one in reversed(named) if not self._known(one)]

    def _opened(self, name: str, asking: str) -> None:
        """Note that a segment waits for those it names; one that waits already is in a circle."""
        if name in self._open:
            names = list(self._open)
            circle = " > ".join((*names[names.index(name) :][:_SHOWN], name))
            expected = f"expected segments without a circle, not {circle}"
            raise InvalidError(f"/segments/{asking}", "circle", expected)
        self._open[name] = None

    def put(
        self,
        name: str,
        original: Condition,
        stability: Stability,
        *,
        hidden: bool,
        ranking: Ranking | None = None,
    ) -> str:
        """Keep a segment, a hold in one or a set under the key of what it says; return the key."""
        condition = self.resolve(spread(original, self.hierarchies), name)
        settings = [
            stability.enter_after,
            stability.exit_after,
            stability.min_stay,
            stability.max_moves_per_day,
        ]
        said = {"condition": canonical.document(condition), "stability": settings}
        key = key_of({**said, **_kind(hidden, ranking)})
        resolved = Resolved(key, original, condition, stability, hidden, name, ranking)
        self.found.setdefault(key, resolved)
        return key

    def resolve(self, condition: Condition, name: str) -> Condition:
        """Return the condition of the segment of this name with every name in it replaced."""
        resolve = _RESOLVERS.get(type(condition))
        return resolve(self, condition, name) if resolve else condition


def owners(rankings: Ranked) -> dict[str, str]:
    """Return the set each member's full name belongs to.

    >>> owners({"mood": (Ranking((), "calm"), Stability())})
    {'mood.calm': 'mood'}
    """
    return {f"{slug}.{name}": slug for slug, (one, _) in rankings.items() for name in one.names}


def member_key(key: str, place: int) -> str:
    """Return the key of a set's member: whoever is renamed keeps it.

    >>> member_key("k", 0) == member_key("k", 0)
    True
    """
    return key_of([key, place])


def asks(segments: Declared, rankings: Ranked, name: str) -> tuple[Condition, ...] | None:
    """Return what a segment asks, or a set (its name and ``.*``); ``None`` for a stranger.

    >>> asks({"vip": (Member("pro"), Stability())}, {}, "vip")
    (Member(segment='pro'),)
    """
    if name in segments:
        return (segments[name][0],)
    ranked = rankings.get(name.removesuffix(EVERY)) if name.endswith(EVERY) else None
    return None if ranked is None else ranked[0].conditions


def needed(segments: Declared, name: str, rankings: Ranked = NONE) -> set[str]:
    """Return a segment and those it names, however indirectly; of a set its name and ``.*``.

    >>> sorted(needed({"a": (Member("b"), Stability()), "b": (Member("a"), Stability())}, "a"))
    ['a', 'b']
    """
    sets, found, waiting = owners(rankings), set[str](), [name]
    while waiting:
        one = waiting.pop()
        one = sets[one] + EVERY if one in sets else one
        asked = asks(segments, rankings, one)
        if asked is not None and one not in found:
            found.add(one)
            waiting += (named for part in asked for named in _named(part))
    return found


def _kind(hidden: bool, ranking: Ranking | None) -> dict[str, object]:
    if ranking is not None:
        return {"ranked": ranking.free is not None}
    return {"hidden": True} if hidden else {}


def attributes(condition: Condition) -> Iterator[str]:
    """Yield the attributes a condition reads, those under a hold too.

    >>> list(attributes(HasBeen(Test("features.views", "at_least", 3), 60)))
    ['features.views']
    """
    return (leaf.attribute for leaf in _leaves(condition) if isinstance(leaf, Test))


def _named(condition: Condition) -> Iterator[str]:
    return (leaf.segment for leaf in _leaves(condition) if isinstance(leaf, Member))


def _leaves(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Not | HasBeen):
        yield from _leaves(condition.part)
    elif isinstance(condition, All | Any):
        for part in condition.parts:
            yield from _leaves(part)
    else:
        yield condition


def _parts(resolver: Resolver, condition: All | Any, name: str) -> Condition:
    return type(condition)(tuple(resolver.resolve(part, name) for part in condition.parts))


def _not(resolver: Resolver, condition: Not, name: str) -> Condition:
    return Not(resolver.resolve(condition.part, name))


def _member(resolver: Resolver, condition: Member, name: str) -> Condition:
    return Member(resolver.segment(condition.segment, name))


def _has_been(resolver: Resolver, condition: HasBeen, name: str) -> Condition:
    held = Stability(enter_after=condition.duration)
    return Member(resolver.put(name, condition.part, held, hidden=True))


def _test(resolver: Resolver, condition: Test, name: str) -> Condition:
    if not condition.attribute.startswith(FEATURES):
        return condition
    feature = condition.attribute.removeprefix(FEATURES)
    at = f"/segments/{name}"
    if feature not in resolver.features:
        raise InvalidError(at, "unknown", f"expected a feature that exists, not {feature}")
    if condition.ignore_case:
        raise InvalidError(at, "unsupported", "expected features compared with their case")
    return EventTest(resolver.features[feature], condition.operator, condition.value)


_RESOLVERS: Mapping[type, Callable[..., Condition]] = {
    All: _parts,
    Any: _parts,
    Not: _not,
    Member: _member,
    HasBeen: _has_been,
    Test: _test,
}
