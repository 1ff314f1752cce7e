"""Hierarchies worked into conditions: what is asked of one holds for all that lies below it.

To be ``outdoor`` becomes to be one of ``outdoor``, ``tents`` and all others below; to ask
``traits.address`` becomes to ask its city, its street and all others below. So whatever takes a set
of values takes a hierarchy of values, and whatever takes ``any`` one of attributes.
"""

from __future__ import annotations

from dataclasses import replace

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
from rules.hierarchies import Below, Hierarchies, Paths
from rules.operators.registry import operators
from rules.windows.points import Score


def spread(condition: Condition, hierarchies: Hierarchies) -> Condition:
    """Return the condition in which what lies below stands beside what is asked, or for it.

    >>> spread(Test("traits.address", "is_known"), {"traits.address": ("traits.address.city",)})
    Test(attribute='traits.address.city', operator='is_known', value=None, ignore_case=False)
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
    if not under:
        return test
    if isinstance(under, tuple):
        return _children(test, under, hierarchies)
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


def _children(test: Test, paths: Paths, hierarchies: Hierarchies) -> Condition:
    """Return the same asked of every attribute below: one must, its opposite holds for all."""
    parts = tuple(spread(replace(test, attribute=path), hierarchies) for path in paths)
    if len(parts) == 1:
        return parts[0]
    return All(parts) if operators[test.operator].opposite else Any(parts)


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
