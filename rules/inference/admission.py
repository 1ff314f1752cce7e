"""What the Rete engine may be given: a program as joins of plain facts, within measured limits.

The limits are those within which durable-rules 2.0.28 was measured to be safe; beyond them it
reports errors, loops without end or reads memory that is not its own (docs/inference.md).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from rules.conditions import Condition
from rules.errors import InvalidError
from rules.inference.document import Program
from rules.inference.strata import derived
from rules.matrix.clauses import Clause, Literal, clauses

MOST_JOINS = 200
"""Rules of the engine: beyond 510 on distinct values registering them never ends."""
MOST_PATTERNS = 8
"""Facts joined in one rule; more than 16 are an error."""
MOST_ALIKE = 50
"""Patterns that one fact satisfies; beyond about 64 the engine's stack is full."""
MOST_STRATA = 50
MOST_CLAUSES = 8
STEP = 1_000
"""Precedences a layer has room for; the engine's greatest is 65 535."""
START = "start"


class Join(NamedTuple):
    """A rule of the engine: facts that must be there, its precedence, and what it settles.

    A fact is a kind and 1 or 0: a leaf of a condition that is true or false.
    """

    facts: tuple[tuple[str, int], ...]
    precedence: int
    attribute: str
    rule: int


class Plan(NamedTuple):
    """A program as joins; ``leaves`` by depth are asked, and asserted, when a layer is reached."""

    joins: tuple[Join, ...]
    leaves: tuple[Mapping[str, Condition], ...]
    wanted: frozenset[tuple[str, int]]


def plan(program: Program) -> Plan:
    """Return the plan of a program, or raise ``InvalidError`` (code ``not_admitted``).

    Every leaf of a condition is asked in our own language and becomes a fact; the engine joins
    them and chains: it never compares a value, so that none of its types can differ from ours.

    >>> from rules.inference.document import parse
    >>> when = {"all": [{"segment": "vip"}, {"not": {"segment": "staff"}}]}
    >>> rule = {"id": "a", "when": when, "conclude": {"derived.stage": "loyalty"}}
    >>> plan(parse({"rules": [rule]})).joins[0].facts
    (('l0', 1), ('l1', 0))
    """
    depths = {path: stratum.depth for stratum in program.strata for path in stratum.attributes}
    if any(stratum.circle for stratum in program.strata):
        raise _refused("/rules", "expected no circle, not even one that ends")
    if max(depths.values(), default=0) >= MOST_STRATA:
        raise _refused("/rules", f"expected at most {MOST_STRATA} layers")
    names: dict[Condition, str] = {}
    joins = [
        Join(_facts(clause, names), depths[path] * STEP + rank, path, i)
        for stratum in program.strata
        for path, ranked in stratum.attributes.items()
        for rank, i in enumerate(ranked)
        for clause in _clauses(program, i)
    ]
    _bounded(joins)
    layers: list[dict[str, Condition]] = [{} for _ in range(1 + max(depths.values(), default=0))]
    for leaf, name in names.items():
        layers[1 + max((depths[path] for path in derived(leaf)), default=-1)][name] = leaf
    return Plan(tuple(joins), tuple(layers), frozenset(f for join in joins for f in join.facts))


def _clauses(program: Program, number: int) -> tuple[Clause, ...]:
    found = clauses(program.rules[number].when, MOST_CLAUSES)
    if any(clause.rest for clause in found):
        at = f"/rules/{number}/when"
        raise _refused(at, f"expected at most {MOST_CLAUSES} alternatives when multiplied out")
    if any(len(clause.literals) > MOST_PATTERNS for clause in found):
        raise _refused(f"/rules/{number}/when", f"expected at most {MOST_PATTERNS} leaves together")
    return found


def _facts(clause: Clause, names: dict[Condition, str]) -> tuple[tuple[str, int], ...]:
    """Return what must be there, each fact once: the engine never joins a fact with itself."""
    named = dict.fromkeys(_fact(literal, names) for literal in clause.literals)
    return tuple(named) or ((START, 1),)


def _fact(literal: Literal, names: dict[Condition, str]) -> tuple[str, int]:
    return names.setdefault(literal.leaf, f"l{len(names)}"), int(literal.positive)


def _bounded(joins: list[Join]) -> None:
    if len(joins) > MOST_JOINS:
        raise _refused("/rules", f"expected at most {MOST_JOINS} alternatives in all, for each")
    alike = Counter(kind for join in joins for kind, _ in join.facts)
    for join in joins:
        if any(alike[kind] > MOST_ALIKE for kind, _ in join.facts):
            at = f"/rules/{join.rule}/when"
            raise _refused(at, f"expected a leaf in at most {MOST_ALIKE} alternatives")


def _refused(at: str, message: str) -> InvalidError:
    return InvalidError(at, "not_admitted", f"the durable evaluator: {message}")
