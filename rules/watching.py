"""The conditions inference asks, watched like segments: fed by events, and alarmed by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rules.conditions import Condition, Windowed
from rules.errors import InvalidError
from rules.plans import Recipe, SegmentPlan
from rules.resolution import Resolver
from rules.stability import Stability


@dataclass(frozen=True, slots=True)
class Watched:
    """Conditions by where they stand, every name in them replaced, and the windows they read.

    >>> Watched().conditions
    {}
    """

    conditions: Mapping[str, Condition] = field(default_factory=dict)
    keys: Mapping[Windowed, str] = field(default_factory=dict)


def watch(resolver: Resolver, conditions: Mapping[str, Condition]) -> dict[str, str]:
    """Give every condition a hidden segment of its own; return their keys by where they stand.

    ``InvalidError`` at that place for a segment or feature that does not exist.

    >>> from rules.conditions import Everyone
    >>> list(watch(Resolver({}, {}), {"/rules/0/when": Everyone()}))
    ['/rules/0/when']
    """
    found = {}
    for at, condition in conditions.items():
        try:
            found[at] = resolver.put("", condition, Stability(), hidden=True)
        except InvalidError as error:
            raise InvalidError(at, error.code, error.message) from error
    return found


def watched(
    resolver: Resolver,
    places: Mapping[str, str],
    plans: Iterable[SegmentPlan],
    recipes: Mapping[str, Recipe],
) -> Watched:
    """Return what inference asks, or ``InvalidError`` (code ``circle``).

    What is concluded may move people between segments; so no rule may ask about a segment that asks
    about something derived, however indirectly. ``plans`` are in the order of their dependence.

    >>> watched(Resolver({}, {}), {}, (), {}) == Watched()
    True
    """
    known, moved = {}, set[str]()
    for plan in plans:
        known[plan.key] = plan
        if plan.derived or plan.members & moved:
            moved.update(plan.places)
    keys: dict[Windowed, str] = {}
    for at, key in places.items():
        if known[key].members & moved:
            names = sorted(name for name, one in resolver.keys.items() if one in moved)
            message = f"expected no segment that asks about something derived, as {names[0]} does"
            raise InvalidError(at, "circle", message)
        for measure, window in known[key].keys.items():
            if measure not in keys or _more(recipes[window], recipes[keys[measure]]):
                keys[measure] = window
    return Watched({at: resolver.found[key].condition for at, key in places.items()}, keys)


def _more(one: Recipe, other: Recipe) -> bool:
    """Whether a window keeps more than another of the same measure: then it answers for both."""
    return other.cap is not None and (one.cap is None or one.cap > other.cap)
