"""A state as facts: its traits, features and memberships, looked up when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.definitions import Definitions
from rules.evidence import plain
from rules.facts import Facts
from rules.state import Membership, State, Trait
from rules.values import canonical

TRAITS = "traits."
FEATURES = "features."
_IN_MILLIONTHS = frozenset(("sum", "avg", "min", "max", "recency"))


class Traits(Mapping[str, object]):
    """A profile's traits by full path, brought to the type the definitions' operators need."""

    __slots__ = ("_traits", "_types")

    def __init__(self, traits: Mapping[str, Trait], types: Mapping[str, str]) -> None:
        self._traits = traits
        self._types = types

    def get(self, path: str, default: object = None) -> object:
        """Return the trait's value, or the default."""
        trait = self._traits.get(path[7:])
        if trait is None or not path.startswith(TRAITS):
            return default
        kind = self._types.get(path)
        return trait.value if kind is None else canonical(kind, trait.value)

    def __getitem__(self, path: str) -> object:
        if not path.startswith(TRAITS) or path[7:] not in self._traits:
            raise KeyError(path)
        return self.get(path)

    def __iter__(self) -> Iterator[str]:
        return (TRAITS + path for path in self._traits)

    def __len__(self) -> int:
        return len(self._traits)


class Members(Mapping[str, bool]):
    """Whether the profile is in a segment, by the segment's key."""

    __slots__ = ("_memberships",)

    def __init__(self, memberships: Mapping[str, Membership]) -> None:
        self._memberships = memberships

    def get(self, key: str, default: Any = None) -> Any:
        """Return whether the profile is in the segment, the default where nobody knows."""
        membership = self._memberships.get(key)
        return default if membership is None else membership.member

    def __getitem__(self, key: str) -> bool:
        return self._memberships[key].member

    def __iter__(self) -> Iterator[str]:
        return iter(self._memberships)

    def __len__(self) -> int:
        return len(self._memberships)


class Attributes(Mapping[str, object]):
    """Attributes given by the reader, and below them the state's traits and features."""

    __slots__ = ("_definitions", "_given", "_now", "_state", "_traits")

    def __init__(
        self, state: State, definitions: Definitions, now: int, given: Mapping[str, object]
    ) -> None:
        self._state, self._definitions = state, definitions
        self._now, self._given = now, given
        self._traits = Traits(state.traits, definitions.types)

    def get(self, path: str, default: object = None) -> object:
        """Return the attribute's value, or the default; features are read at the instant."""
        if path in self._given:
            return self._given[path]
        if path.startswith(FEATURES):
            value = feature(self._state, self._definitions, path[9:], self._now)
            return default if value is None else value
        return self._traits.get(path, default)

    def __getitem__(self, path: str) -> object:
        features = self._definitions.features
        known = path in self._given or path in self._traits
        if not known and not (path.startswith(FEATURES) and path[9:] in features):
            raise KeyError(path)
        return self.get(path)

    def __iter__(self) -> Iterator[str]:
        own = (*self._traits, *(FEATURES + name for name in self._definitions.features))
        return iter(dict.fromkeys((*self._given, *own)))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def feature(state: State, definitions: Definitions, name: str, now: int) -> object:
    """Return a feature's value as people write it (sums unscaled, recency in seconds).

    ``None`` for a feature that is unknown or does not exist. ``now`` is microseconds UTC, at or
    after the newest event of the state.

    >>> from rules.conditions import Measure
    >>> from rules.definitions import build
    >>> feature(State(), build({}, {"orders": Measure("Order Completed")}), "orders", 0)
    0
    """
    key = definitions.features.get(name)
    if key is None:
        return None
    recipe = definitions.recipes[key]
    window = state.windows.get(key) or recipe.create()
    value = window.read(now)
    return plain(value) if getattr(recipe.measure, "kind", "") in _IN_MILLIONTHS else value


def facts_at(
    state: State, definitions: Definitions, now: int, attributes: Mapping[str, object]
) -> Facts:
    """Return what is known of a profile at ``now`` (microseconds UTC), for readers.

    ``attributes`` are the reader's own and come before the state's. Segments are by name. Where
    ``now >= state.next_change`` fold the time up to ``now`` first: memberships are as last settled.

    >>> from rules.definitions import build
    >>> state = State(traits={"plan": Trait("pro", 1, "")})
    >>> facts_at(state, build({}, {}), 5, {}).get("traits.plan")
    'pro'
    """
    places = state.memberships
    segments = {
        name: places[key].member for name, key in definitions.segments.items() if key in places
    }
    return Facts(Attributes(state, definitions, now, attributes), segments, state.windows, now)
