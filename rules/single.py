"""One segment apart from its site: with what it asks for, however indirectly, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rules import resolution
from rules.conditions import Condition, Measure
from rules.definitions import Definitions, build
from rules.hierarchies import NONE as FLAT
from rules.hierarchies import Hierarchies
from rules.rankings import EVERY
from rules.resolution import NONE, Declared, Ranked, asks
from rules.stability import Stability


def alone(
    segments: Declared,
    features: Mapping[str, Measure],
    name: str,
    rankings: Ranked = NONE,
    hierarchies: Hierarchies = FLAT,
) -> Definitions:
    """Compile a segment without its stability, and the segments and features it needs with theirs.

    Its moves are the instants at which its condition becomes true and stops being true.
    ``InvalidError`` as of ``definitions.build``.

    >>> from rules.conditions import EventTest, Everyone, Member
    >>> told = {"a": (Everyone(), Stability()), "b": (Member("a"), Stability(enter_after=5)),
    ...     "c": (Everyone(), Stability())}
    >>> sorted(alone(told, {"orders": Measure("Order Completed")}, "b").segments)
    ['a', 'b']
    """
    names = resolution.needed(segments, name, rankings)
    own = {one: segments[one] for one in segments if one in names}
    own[name] = (segments[name][0], Stability())
    sets = {slug: rankings[slug] for slug in rankings if slug + EVERY in names}
    asked = _features(part for one in names for part in asks(own, sets, one) or ())
    measures = {one: features[one] for one in features if one in asked}
    return build(own, measures, rankings=sets, hierarchies=hierarchies)


def _features(conditions: Iterable[Condition]) -> set[str]:
    paths = {path for condition in conditions for path in resolution.attributes(condition)}
    prefix = resolution.FEATURES
    return {path.removeprefix(prefix) for path in paths if path.startswith(prefix)}
