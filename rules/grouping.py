"""A ``same`` compiled: what each value of its key must answer, and when that may change."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any as Whatever

from rules import compiler, horizon
from rules.caps import caps
from rules.conditions import All, Any, Condition, EventTest, Measure, Not, Same, Windowed
from rules.errors import InvalidError
from rules.facts import Facts, Truth
from rules.windows.groups import Leaf, Plan
from rules.windows.habit import Habit
from rules.windows.registry import kinds, prunes
from rules.windows.window import Window

NOTHING: Mapping[str, Whatever] = MappingProxyType({})
"""What a value of a key knows of attributes and segments."""


def plan(same: Same) -> Plan:
    """Return the plan a ``same`` window works by; ``InvalidError`` where no event binds the key.

    >>> viewed = EventTest(Measure("Product Viewed"))
    >>> list(plan(Same("properties.sku", viewed)).leaves.values())[0].binds
    True
    """
    tests = [leaf for leaf in compiler.leaves(same.part) if isinstance(leaf, EventTest)]
    if len(tests) != sum(1 for _ in compiler.leaves(same.part)):
        raise InvalidError("", "same", "expected only events under same")
    binding = set(_binding(same.part, positive=True))
    if not binding:
        raise InvalidError("", "unbound", "expected an event that is not negated")
    keys: dict[Windowed, str] = {}
    leaves: dict[str, Leaf] = {}
    for number, (measure, cap) in enumerate(caps(tests).items()):
        keys[measure] = str(number)
        leaves[str(number)] = Leaf(measure, cap, measure in binding)
    answer, turn = compiler.compile(same.part, keys), horizon.compile(same.part, keys)

    def truth(windows: Mapping[str, Window], now: int) -> Truth:
        return answer(Facts(NOTHING, NOTHING, windows, now))

    def due(windows: Mapping[str, Window], now: int) -> int | None:
        return turn(Facts(NOTHING, NOTHING, windows, now))

    spans = [leaf.measure.span for leaf in leaves.values()]
    known = [kinds[leaf.measure.kind].reach(leaf.measure) for leaf in leaves.values()]
    length = None if None in known else max(one for one in known if one is not None)
    sessions = {
        name: leaf.measure.span.in_session
        for name, leaf in leaves.items()
        if leaf.measure.span.in_session is not None
    }
    lasting = any(_remembers(leaf.measure) for leaf in leaves.values())
    passing = len(sessions) == len(spans) and not lasting
    told = any(prunes(leaf.measure) for leaf in leaves.values())
    return Plan(leaves, truth, due, length, sessions, told, passing)


def _remembers(measure: Measure) -> bool:
    """Say whether a leaf asks for what was before its span: a habit does."""
    kind = kinds[measure.kind]
    return isinstance(kind, type) and issubclass(kind, Habit)


def _binding(part: Condition, *, positive: bool) -> list[Measure]:
    if isinstance(part, All | Any):
        return [one for inner in part.parts for one in _binding(inner, positive=positive)]
    if isinstance(part, Not):
        return _binding(part.part, positive=not positive)
    return [compiler.windowed(part)] if isinstance(part, EventTest) and positive else []
