"""A condition as a few lists of leaves that must all be true: what a bitmap can index.

Negation is pushed down to the leaves (De Morgan holds in Kleene's logic), then all and any are
multiplied out within a bound; what is beyond it stays a whole condition to be asked one by one.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import NamedTuple

from rules.conditions import All, Any, Condition, EventTest, Everyone, Not, Test
from rules.operators.registry import operators

MOST_CLAUSES = 16
_ALIKE = ("equals", "in")
_FEW = 8
"""A list that must have more items than this is asked whole: each item would be a lane."""


class Literal(NamedTuple):
    """A leaf that must be true, or one that must be false."""

    leaf: Condition
    positive: bool = True


class Clause(NamedTuple):
    """Literals and whole conditions that must all hold."""

    literals: tuple[Literal, ...]
    rest: tuple[Condition, ...] = ()


_COMPOUND = (All, Any, Not, Everyone)
_Alternatives = list[tuple[Literal, ...]]


def clauses(condition: Condition, most: int = MOST_CLAUSES) -> tuple[Clause, ...]:
    """Return clauses of which one holds exactly where the condition is true; none for never.

    >>> from rules.conditions import Member
    >>> [len(clause.literals) for clause in clauses(Any((Member("a"), Not(Member("b")))))]
    [1, 1]
    """
    parts = _conjuncts(condition)
    fixed: list[Literal] = []
    expanded: list[tuple[_Alternatives | None, Condition]] = []
    for part in parts:
        if isinstance(part, _COMPOUND):
            expanded.append((_expand(part, True, most), part))
        else:
            fixed += _literals(part, True)
    if not expanded:
        return (Clause(tuple(fixed)),)
    expanded.sort(key=lambda pair: most + 1 if pair[0] is None else len(pair[0]))
    taken: list[_Alternatives] = []
    rest: list[Condition] = []
    for alternatives, part in expanded:
        if alternatives is None or prod(map(len, taken)) * len(alternatives) > most:
            rest.append(part)
        else:
            taken.append(alternatives)
    return tuple(Clause((*fixed, *literals), tuple(rest)) for literals in _multiplied(taken))


def _conjuncts(condition: Condition) -> list[Condition]:
    found: list[Condition] = []
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, All):
            waiting += reversed(part.parts)
        else:
            found.append(part)
    return found


def _expand(condition: Condition, positive: bool, most: int) -> _Alternatives | None:
    """Return the alternatives of a condition, or ``None`` when they are too many."""
    if isinstance(condition, Not):
        return _expand(condition.part, not positive, most)
    if isinstance(condition, Everyone):
        return [()] if positive else []
    if not isinstance(condition, All | Any):
        return [_literals(condition, positive)]
    either = isinstance(condition, Any) is positive
    parts = _fused(condition.parts) if either and positive else condition.parts
    branches = [_expand(part, positive, most) for part in parts]
    known = [branch for branch in branches if branch is not None]
    size = sum(map(len, known)) if either else prod(map(len, known))
    if len(known) < len(branches) or size > most:
        return None
    if either:
        return list(dict.fromkeys(literals for branch in known for literals in branch))
    return _multiplied(known)


def _multiplied(branches: list[_Alternatives]) -> _Alternatives:
    joined = (sum(choice, ()) for choice in product(*branches))
    return list(dict.fromkeys(tuple(dict.fromkeys(literals)) for literals in joined))


def _literals(leaf: Condition, positive: bool) -> tuple[Literal, ...]:
    """Return a leaf as literals, negated by its operator's opposite where there is one."""
    if isinstance(leaf, Test):
        name = leaf.operator if positive else operators[leaf.operator].negation
        if name == "has_all" and isinstance(leaf.value, tuple) and len(leaf.value) <= _FEW:
            case = leaf.ignore_case
            singly = (Test(leaf.attribute, "has_any", (item,), case) for item in leaf.value)
            return tuple(Literal(test) for test in singly)
        if positive or name is None:
            return (Literal(leaf, positive),)
        return (Literal(Test(leaf.attribute, name, leaf.value, leaf.ignore_case)),)
    if isinstance(leaf, EventTest) and not positive:
        name = operators[leaf.operator].negation
        if name is not None:
            return (Literal(EventTest(leaf.measure, name, leaf.value)),)
    return (Literal(leaf, positive),)


def _fused(parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Return alternatives with those that ask one attribute for equality made into one."""
    rest: list[Condition] = []
    values: dict[str, tuple[object, ...]] = {}
    for part in parts:
        if isinstance(part, Test) and part.operator in _ALIKE and not part.ignore_case:
            more = part.value if isinstance(part.value, tuple) else (part.value,)
            values[part.attribute] = values.get(part.attribute, ()) + more
        else:
            rest.append(part)
    return (*(Test(path, "in", alike) for path, alike in values.items()), *rest)
