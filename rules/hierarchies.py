"""Values above values: a category and what lies below it; a condition on one holds for all below.

A hierarchy is kept as the children of each value. It is worked into conditions before they are
compiled: to be ``outdoor`` becomes to be one of ``outdoor``, ``tents`` and all others below, so
that whatever takes a set of values takes a hierarchy.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from rules import expect
from rules.conditions import (
    All,
    Any,
    Condition,
    EventTest,
    HasBeen,
    Measure,
    Not,
    Same,
    Sequence,
    Test,
)
from rules.errors import InvalidError
from rules.windows.points import Score

MOST_VALUES = 5_000
DEEPEST = 16
MOST_BELOW = 50_000
"""So many pairs of a value and one below it."""
LONGEST = 200
ARROW = ">"

Children = dict[str, list[str]]
"""The values right below each value that has any, in order."""
Below = Mapping[str, tuple[str, ...]]
"""All values below each value that has any, in order."""
Hierarchies = Mapping[str, Below]
"""By the path of an attribute."""


NONE: Hierarchies = {}


def parse(raw: object, at: str = "") -> Children:
    """Return a hierarchy given as children by value, or as lines of text from the top down.

    ``InvalidError`` (``circle``, ``too_large``, ``too_deep``, ``too_costly``) names the place.

    >>> parse("outdoor > tents > family tents")
    {'outdoor': ['tents'], 'tents': ['family tents']}
    >>> parse({"outdoor": ["tents", "stoves"]})
    {'outdoor': ['stoves', 'tents']}
    """
    pairs = dict.fromkeys(_lines(raw, at) if isinstance(raw, str) else _entries(raw, at))
    if len({value for pair in pairs for value in pair}) > MOST_VALUES:
        raise InvalidError(at, "too_large", f"expected at most {MOST_VALUES} values")
    children: Children = {}
    for parent, child in sorted(pairs):
        children.setdefault(parent, []).append(child)
    below(children, at)
    return children


def _lines(raw: str, at: str) -> Iterator[tuple[str, str]]:
    for index, line in enumerate(raw.splitlines()):
        values = [part.strip() for part in line.split(ARROW)]
        if values == [""]:
            continue
        place = f"{at}/{index}"
        values = [expect.text(value, place, LONGEST) for value in values]
        if len(values) == 1:
            raise InvalidError(place, "shape", f"expected a value, {ARROW} and one below it")
        yield from pairwise(values)


def _entries(raw: object, at: str) -> Iterator[tuple[str, str]]:
    if not isinstance(raw, dict):
        raise InvalidError(at, "type", "expected lines of text, or an object of lists")
    for parent, children in raw.items():
        place = f"{at}/{expect.pointer(parent)}"
        expect.text(parent, place, LONGEST)
        for index, child in enumerate(expect.items(children, place, MOST_VALUES)):
            yield parent, expect.text(child, f"{place}/{index}", LONGEST)


def below(children: Mapping[str, list[str]], at: str = "") -> dict[str, tuple[str, ...]]:
    """Return all values below each value; ``InvalidError`` for a circle and for too many.

    >>> below({"outdoor": ["tents"], "tents": ["family tents"]})["outdoor"]
    ('family tents', 'tents')
    """
    found: dict[str, frozenset[str]] = {}
    heights: dict[str, int] = {}
    for value in children:
        _collect(value, children, found, heights, (), at)
    if sum(map(len, found.values())) > MOST_BELOW:
        raise InvalidError(at, "too_costly", f"expected at most {MOST_BELOW} values below others")
    return {value: tuple(sorted(found[value])) for value in children}


def _collect(
    value: str,
    children: Mapping[str, list[str]],
    found: dict[str, frozenset[str]],
    heights: dict[str, int],
    above: tuple[str, ...],
    at: str,
) -> frozenset[str]:
    if value in above:
        circle = f" {ARROW} ".join((*above[above.index(value) :], value))
        raise InvalidError(at, "circle", f"expected values without a circle, not {circle}")
    if len(above) + heights.get(value, 1) > DEEPEST:
        raise InvalidError(at, "too_deep", f"expected at most {DEEPEST} levels")
    if value in found or value not in children:
        return found.get(value, frozenset())
    path = (*above, value)
    deeper = [_collect(child, children, found, heights, path, at) for child in children[value]]
    heights[value] = 1 + max(heights.get(child, 1) for child in children[value])
    found[value] = frozenset(children[value]).union(*deeper)
    return found[value]


def text(children: Mapping[str, list[str]]) -> str:
    """Return a hierarchy as lines of text; ``parse`` reads it back.

    >>> text({"outdoor": ["tents"]})
    'outdoor > tents'
    """
    pairs = ((parent, child) for parent, under in children.items() for child in under)
    return "\n".join(f"{parent} {ARROW} {child}" for parent, child in pairs)


def spread(condition: Condition, hierarchies: Hierarchies) -> Condition:
    """Return the condition in which a value stands for all that lie below it, too.

    >>> below_outdoor = {"traits.likes": {"outdoor": ("tents",)}}
    >>> spread(Test("traits.likes", "equals", "outdoor"), below_outdoor)
    Test(attribute='traits.likes', operator='in', value=('outdoor', 'tents'), ignore_case=False)
    """
    if not hierarchies:
        return condition
    if isinstance(condition, Test):
        return _test(condition, hierarchies)
    if isinstance(condition, All | Any):
        return type(condition)(tuple(spread(part, hierarchies) for part in condition.parts))
    if isinstance(condition, Not | HasBeen | Same):
        return replace(condition, part=spread(condition.part, hierarchies))
    return _events(condition, hierarchies)


def _events(condition: Condition, hierarchies: Hierarchies) -> Condition:
    if isinstance(condition, EventTest):
        return replace(condition, measure=measure(condition.measure, hierarchies))
    if isinstance(condition, Sequence):
        steps = condition.steps
        told = [replace(step, measure=measure(step.measure, hierarchies)) for step in steps]
        return replace(condition, steps=tuple(told))
    return condition


def measure(asked: Measure, hierarchies: Hierarchies) -> Measure:
    """Return the measure whose filter takes what lies below a value, too.

    >>> tents = Measure("Viewed", Test("properties.category", "equals", "outdoor"))
    >>> measure(tents, {"properties.category": {"outdoor": ("tents",)}}).where.value
    ('outdoor', 'tents')
    """
    if isinstance(asked.setting, Score):
        parts = asked.setting.parts
        told = (replace(part, measure=measure(part.measure, hierarchies)) for part in parts)
        return replace(asked, setting=replace(asked.setting, parts=tuple(told)))
    if not hierarchies:
        return asked
    where, since = asked.where, asked.span.since_where
    if since is not None:
        asked = replace(asked, span=replace(asked.span, since_where=spread(since, hierarchies)))
    return asked if where is None else replace(asked, where=spread(where, hierarchies))


_WIDER = {"equals": "in", "not_equals": "not_in"}
_EVERY = {"in", "not_in", "has_any", "has_none"}


def _test(test: Test, hierarchies: Hierarchies) -> Condition:
    under = hierarchies.get(test.attribute)
    if under is None:
        return test
    if test.operator in _WIDER:
        values = _values((test.value,), under, test.ignore_case)
        wide = replace(test, operator=_WIDER[test.operator], value=values)
        return test if values == (test.value,) else wide
    asked = test.value if isinstance(test.value, tuple) else ()
    if test.operator in _EVERY:
        return replace(test, value=_values(asked, under, test.ignore_case))
    if test.operator in {"has_all", "not_has_all"}:
        each = [_values((one,), under, test.ignore_case) for one in asked]
        parts = tuple(replace(test, operator="has_any", value=values) for values in each)
        whole = parts[0] if len(parts) == 1 else All(parts)
        return whole if test.operator == "has_all" else Not(whole)
    return test


def _values(asked: tuple[object, ...], under: Below, ignore_case: bool) -> tuple[object, ...]:
    """Return values and all below them, each once, as they were asked first."""
    found = list(asked)
    for value in asked:
        if isinstance(value, str):
            found += _under(value, under, ignore_case)
    seen: dict[tuple[type, object], object] = {}
    for value in found:
        seen.setdefault((type(value), value), value)
    return tuple(seen.values())


def _under(value: str, under: Below, ignore_case: bool) -> tuple[str, ...]:
    if not ignore_case:
        return under.get(value, ())
    alike = [below for one, below in under.items() if one.casefold() == value.casefold()]
    return tuple(one for below in alike for one in below)
