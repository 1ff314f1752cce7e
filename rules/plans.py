"""A segment compiled: how it answers, when it may turn, what it stands on, what it saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from rules import compiler, evidence, feeds, grouping, horizon, sequencing
from rules.caps import caps
from rules.conditions import All, EventTest, Measure, Member, Same, Sequence, Windowed
from rules.facts import Facts, Truth
from rules.feeds import Fed, keyed
from rules.operators.registry import operators
from rules.resolution import Resolved, key_of, member_key
from rules.stability import Stability, hold, settle
from rules.state import Membership
from rules.windows import registry
from rules.windows.course import Course
from rules.windows.groups import Plan
from rules.windows.same import Same as SameWindow
from rules.windows.sequence import Sequence as SequenceWindow
from rules.windows.window import Json, Window

Settle = Callable[[Membership, Truth, int, Stability], tuple[bool | None, int | None]]

TRAITS = "traits."
DERIVED = "derived."
_PLAIN = frozenset(("string", "number", "boolean"))


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make one window, new or from its dump, and which events it listens to."""

    key: str
    measure: Windowed
    cap: int | None = None
    plan: Plan | None = None
    feeds: Fed = ()
    course: Course | None = None

    def create(self) -> Window:
        """Return the window of a profile that did nothing yet."""
        if self.plan is not None:
            return SameWindow(self.plan)
        if self.course is not None:
            return SequenceWindow(self.course)
        assert isinstance(self.measure, Measure)
        return registry.create(self.measure, self.cap)

    def load(self, state: Json) -> Window:
        """Return the window whose dump this was."""
        if self.plan is not None:
            return SameWindow.load(self.plan, state)
        if self.course is not None:
            return SequenceWindow.load(self.course, state)
        assert isinstance(self.measure, Measure)
        return registry.load(self.measure, state, self.cap)


@dataclass(frozen=True, slots=True)
class Ranked:
    """What a plan that is a set's has beside: its members' keys, and which of them is chosen.

    ``evidence`` is each member's own; ``free`` is the place of the member nobody is held in.
    """

    keys: tuple[str, ...]
    choose: Callable[[Facts], int]
    evidence: tuple[evidence.Evidence, ...]
    free: int | None = None


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
    keys: Mapping[Windowed, str] = field(default_factory=dict)
    ranked: Ranked | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """The keys under which memberships are held: its own, or those of a set's members."""
        return (self.key,) if self.ranked is None else self.ranked.keys

    @property
    def settle(self) -> Settle:
        """What becomes of an answer: a membership, or for what is hidden a ``has_been``."""
        return hold if self.hidden else settle


def recipe(measure: Windowed, cap: int | None = None) -> Recipe:
    """Return the recipe of a window of any kind; ``InvalidError`` for one not run.

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
    if isinstance(measure, Sequence):
        key = key_of(measure)
        fed_by = sequencing.feeds(key, measure)
        if measure.key is not None:
            return Recipe(key, measure, None, sequencing.plan(measure), fed_by)
        return Recipe(key, measure, None, None, fed_by, sequencing.course(measure))
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
        measure: recipe(measure, enough[measure] if isinstance(measure, Measure) else None)
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
        tuple(one.key for one in recipes.values() if one.plan is not None),
        frozenset(path for path in attributes if path.startswith(DERIVED)),
        keys,
        _ranked(resolved, keys) if resolved.ranking else None,
    )
    return plan, list(recipes.values())


def _ranked(resolved: Resolved, keys: compiler.Keys) -> Ranked:
    """Return how a set is settled; its parts are what is asked for its members, in order."""
    ranking, said, asked = resolved.ranking, resolved.original, resolved.condition
    assert ranking is not None
    assert isinstance(said, All)
    assert isinstance(asked, All)
    pairs = [
        evidence.compile(All(said.parts[:upto]), All(asked.parts[:upto]), keys)
        for upto in range(1, len(asked.parts) + 1)
    ]
    choose = _choice([compiler.compile(part, keys) for part in asked.parts], ranking.free)
    places = range(len(ranking.names))
    members = tuple(member_key(resolved.key, place) for place in places)
    return Ranked(members, choose, (*pairs, pairs[-1]), ranking.free)


def _choice(answers: list[compiler.Answer], free: int | None) -> Callable[[Facts], int]:
    """Return which member is chosen: the first that is true, unless there is too little to tell."""
    asked = list(enumerate(answers))[0 if free is None else 1 :]

    def choose(facts: Facts) -> int:
        if free is not None and answers[free](facts) is not True:
            return free
        for place, answer in asked:
            if answer(facts) is True:
                return place
        return len(answers)

    return choose


def _types(leaves: list[Any]) -> set[tuple[str, str]]:
    """Return the types that traits must be brought to, where an operator reads one type only."""
    tests = [leaf for leaf in leaves if hasattr(leaf, "attribute")]
    found = {(test.attribute, operators[test.operator].kinds) for test in tests}
    return {
        (path, kinds[0])
        for path, kinds in found
        if path.startswith(TRAITS) and len(kinds) == 1 and kinds[0] not in _PLAIN
    }
