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
from rules.stability import Stability

Declared = Mapping[str, tuple[Condition, Stability]]
"""Segments by name, as they were written."""

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
    """

    key: str
    original: Condition
    condition: Condition
    stability: Stability
    hidden: bool = False
    name: str = ""


@dataclass(slots=True)
class Resolver:
    """Resolves segments once each, those they name first; circles and strangers are refused."""

    segments: Declared
    features: Mapping[str, Measure]
    found: dict[str, Resolved] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    _open: dict[str, None] = field(default_factory=dict)

    def all(self) -> list[Resolved]:
        """Return every segment, and every hold in one, after those it depends on."""
        for name in self.segments:
            self.segment(name, name)
        return list(self.found.values())

    def segment(self, name: str, asking: str) -> str:
        """Return the key of a segment by its name; those it needs come first, however many."""
        waiting = [(name, asking)]
        while waiting:
            name, asking = waiting[-1]
            if name in self.keys:
                waiting.pop()
                continue
            needed = self._needed(name, asking)
            if needed:
                self._opened(name, asking)
                waiting.extend((one, name) for one in needed)
                continue
            condition, stability = self.segments[name]
            self.keys[name] = self.put(name, condition, stability, hidden=False)
            self._open.pop(name, None)
        return self.keys[name]

    def _needed(self, name: str, asking: str) -> list[str]:
        """Return the segments this one names that have no key yet, the first one last."""
        if name not in self.segments:
            expected = f"expected a segment that exists, not {name}"
            raise InvalidError(f"/segments/{asking}", "unknown", expected)
        named = dict.fromkeys(_named(self.segments[name][0]))
        return [one for one in reversed(named) if one not in self.keys]

    def _opened(self, name: str, asking: str) -> None:
        """Note that a segment waits for those it names; one that waits already is in a circle."""
        if name in self._open:
            names = list(self._open)
            circle = " > ".join((*names[names.index(name) :][:_SHOWN], name))
            expected = f"expected segments without a circle, not {circle}"
            raise InvalidError(f"/segments/{asking}", "circle", expected)
        self._open[name] = None

    def put(self, name: str, original: Condition, stability: Stability, *, hidden: bool) -> str:
        """Keep a segment, or a hold in one, under the key of what it says; return the key."""
        condition = self.resolve(original, name)
        settings = [
            stability.enter_after,
            stability.exit_after,
            stability.min_stay,
            stability.max_moves_per_day,
        ]
        said = {"condition": canonical.document(condition), "stability": settings}
        key = key_of({**said, "hidden": True} if hidden else said)
        self.found.setdefault(key, Resolved(key, original, condition, stability, hidden, name))
        return key

    def resolve(self, condition: Condition, name: str) -> Condition:
        """Return the condition of the segment of this name with every name in it replaced."""
        resolve = _RESOLVERS.get(type(condition))
        return resolve(self, condition, name) if resolve else condition


def needed(segments: Declared, name: str) -> dict[str, tuple[Condition, Stability]]:
    """Return a segment and those it names, however indirectly; names of none are passed over.

    >>> list(needed({"a": (Member("b"), Stability()), "b": (Member("a"), Stability())}, "a"))
    ['a', 'b']
    """
    found: dict[str, tuple[Condition, Stability]] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one in segments and one not in found:
            found[one] = segments[one]
            waiting += _named(segments[one][0])
    return found


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
