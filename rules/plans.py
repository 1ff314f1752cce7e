"""A segment compiled: how it answers, when it may turn, what it stands on, what it saw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from rules import compiler, evidence, feeds, grouping, horizon
from rules.caps import caps
from rules.conditions import EventTest, Measure, Member, Same
from rules.feeds import Fed, keyed
from rules.operators.registry import operators
from rules.resolution import Resolved, key_of
from rules.stability import Stability
from rules.windows import registry
from rules.windows.groups import Plan
from rules.windows.same import Same as SameWindow
from rules.windows.window import Json, Window

TRAITS = "traits."
DERIVED = "derived."
_PLAIN = frozenset(("string", "number", "boolean"))


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make one window, new or from its dump, and which events it listens to."""

    key: str
    measure: Measure | Same
    cap: int | None = None
    plan: Plan | None = None
    feeds: Fed = ()

    def create(self) -> Window:
        """Return the window of a profile that did nothing yet."""
        if isinstance(self.measure, Same):
            assert self.plan is not None
            return SameWindow(self.plan)
        return registry.create(self.measure, self.cap)

    def load(self, state: Json) -> Window:
        """Return the window whose dump this was."""
        if isinstance(self.measure, Same):
            assert self.plan is not None
            return SameWindow.load(self.plan, state)
        return registry.load(self.measure, state, self.cap)


@dataclass(frozen=True, slots=True)
class SegmentPlan:
    """One segment, compiled: ``windows``, ``traits``, ``members``, ``derived`` are what it reads.

    ``sames`` are those of the windows that remember what they were asked; ``keys`` names the window
    of each of its measures.
    """

    key: str
    stability: Stability
    hidden: bool
    answer: compiler.Answer
    turn: horizon.Turn
    evidence: evidence.Evidence
    windows: frozenset[str]
    traits: frozenset[str]
    members: frozenset[str]
    types: tuple[tuple[str, str], ...] = ()
    sames: tuple[str, ...] = ()
    derived: frozenset[str] = frozenset()
    keys: Mapping[Measure | Same, str] = field(default_factory=dict)


def recipe(measure: Measure | Same, cap: int | None = None) -> Recipe:
    """Return the recipe of a measure's or a group's window; ``InvalidError`` for one not run.

    >>> recipe(Measure("Order Completed")).feeds[0][0]
    'Order Completed'
    """
    if isinstance(measure, Same):
        plan = grouping.plan(measure)
        key = key_of(measure)
        fed = (
            keyed(key, name, leaf.measure, measure.key, prunes=plan.prunes)
            for name, leaf in plan.leaves.items()
        )
        return Recipe(key, measure, None, plan, tuple(dict.fromkeys(chain.from_iterable(fed))))
    registry.create(measure, cap)
    key = key_of(measure) if cap is None else key_of([key_of(measure), cap])
    return Recipe(key, measure, cap, None, feeds.of(key, measure))


def segment(resolved: Resolved) -> tuple[SegmentPlan, list[Recipe]]:
    """Return a segment's plan and the windows it needs; ``InvalidError`` for what cannot run.

    >>> bought = EventTest(Measure("Order Completed"))
    >>> plan, recipes = segment(Resolved("k", bought, bought, Stability()))
    >>> plan.key, [recipe.measure.event for recipe in recipes]
    ('k', ['Order Completed'])
    """
    condition = resolved.condition
    leaves = list(compiler.leaves(condition))
    enough = caps(leaf for leaf in leaves if isinstance(leaf, EventTest))
    recipes = {
        measure: recipe(measure, None if isinstance(measure, Same) else enough[measure])
        for measure in compiler.measures(condition)
    }
    keys = {measure: one.key for measure, one in recipes.items()}
    attributes = compiler.attributes(condition)
    plan = SegmentPlan(
        resolved.key,
        resolved.stability,
        resolved.hidden,
        compiler.compile(condition, keys),
        horizon.compile(condition, keys),
        evidence.compile(resolved.original, condition, keys),
        frozenset(keys.values()),
        frozenset(path for path in attributes if path.startswith(TRAITS)),
        frozenset(leaf.segment for leaf in leaves if isinstance(leaf, Member)),
        tuple(sorted(_types(leaves))),
        tuple(key for measure, key in keys.items() if isinstance(measure, Same)),
        frozenset(path for path in attributes if path.startswith(DERIVED)),
        keys,
    )
    return plan, list(recipes.values())


def _types(leaves: list[Any]) -> set[tuple[str, str]]:
    """Return the types that traits must be brought to, where an operator reads one type only."""
    tests = [leaf for leaf in leaves if hasattr(leaf, "attribute")]
    found = {(test.attribute, operators[test.operator].kinds) for test in tests}
    return {
        (path, kinds[0])
        for path, kinds in found
        if path.startswith(TRAITS) and len(kinds) == 1 and kinds[0] not in _PLAIN
    }
