"""A state as facts: its traits, features and memberships, looked up when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.compiler import in_millionths
from rules.conditions import Measure
from rules.definitions import Definitions
from rules.evidence import plain
from rules.facts import Facts
from rules.state import State
from rules.views import Traits

FEATURES = "features."


class Attributes(Mapping[str, object]):
    """Attributes given by the reader, and below them the state's traits and features."""

    __slots__ = ("_definitions", "_given", "_now", "_state", "_traits")

    def __init__(
        self, state: State, definitions: Definitions, now: int, given: Mapping[str, object]
    ) -> None:
        self._state, self._definitions = state, definitions
        self._now, self._given = now, given
        self._traits = Traits(state.traits, definitions.types, state.derived)

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
    measure = recipe.measure
    scaled = isinstance(measure, Measure) and in_millionths(measure.kind)
    return plain(value) if scaled else value


def facts_at(
    state: State, definitions: Definitions, now: int, attributes: Mapping[str, object]
) -> Facts:
    """Return what is known of a profile at ``now`` (microseconds UTC), for readers.

    ``attributes`` are the reader's own and come before the state's. Segments are by name. Where
    ``now >= state.next_change`` fold the time up to ``now`` first: memberships are as last settled.

    >>> from rules.definitions import build
    >>> from rules.state import Trait
    >>> state = State(traits={"plan": Trait("pro", 1, "")})
    >>> facts_at(state, build({}, {}), 5, {}).get("traits.plan")
    'pro'
    """
    told = Attributes(state, definitions, now, attributes)
    return Facts(told, segments_of(state, definitions), state.windows, now)


def segments_of(state: State, definitions: Definitions) -> dict[str, bool]:
    """Return whether the profile is in each segment, by name; one never asked is not there.

    >>> from rules.conditions import Everyone
    >>> from rules.definitions import Stability, build
    >>> from rules.fold import fold
    >>> asked = build({"all": (Everyone(), Stability())}, {})
    >>> segments_of(fold(None, [], asked, 5), asked), segments_of(State(), asked)
    ({'all': True}, {})
    """
    places = state.memberships
    if definitions.digest not in state.names:
        named = definitions.segments.items()
        return {name: places[key].member is True for name, key in named if key in places}
    found = dict.fromkeys(definitions.segments, False)
    for key, place in places.items():
        if place.member:
            found.update(dict.fromkeys(definitions.called.get(key, ()), True))
    return found
