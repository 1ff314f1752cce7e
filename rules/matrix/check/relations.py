"""What segments say of each other: whom one takes in the other takes in too, or never does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations

from rules import compiler
from rules.conditions import All, Any, Condition, Everyone, Member, Not
from rules.matrix.check.domains import Catalogue
from rules.matrix.check.overlap import common
from rules.matrix.check.reach import inside
from rules.matrix.check.regions import TooManyError
from rules.matrix.check.remarks import asked_about, subjects
from rules.matrix.check.rows import obstacle
from rules.matrix.check.search import Box, Budget, UndecidedError
from rules.matrix.check.space import Space
from rules.matrix.document import Row

Implication = tuple[Condition, Condition]
"""Whoever makes the first true makes the second true."""
DEEPEST = 8
"""Segments that name segments are followed so many times."""
_PART = 8
"""What the segments say may use up one part of so many of the budget."""
_READ = 96
"""To read a part takes as long as so many looks."""


def relations(
    segments: Mapping[str, Condition],
    asked: Iterable[str],
    catalogue: Catalogue | None,
    budget: Budget,
) -> list[Implication]:
    """Return which of the segments asked for lie inside another, or never share a member.

    Only segments whose members are exactly those their condition is true of belong here: without
    delays of entering or leaving. What the budget does not reach is left out.

    >>> from rules.conditions import Test
    >>> ages = {"adult": 18, "old": 67}
    >>> ages = {name: Test("traits.age", "at_least", age) for name, age in ages.items()}
    >>> relations(ages, ages, None, Budget(99))
    [(Member(segment='old'), Member(segment='adult'))]
    """
    names = [name for name in dict.fromkeys(asked) if name in segments]
    said = _said(names, segments, budget)
    space = Space(said.values(), catalogue, budget=budget)
    every = {name: _boxes(space, said[name]) for name in said}
    boxes = {name: mine for name, mine in every.items() if mine is not None}
    found: list[Implication] = []
    budget.ask()
    try:
        for one, other in combinations(boxes, 2):
            found += _related(space, one, other, boxes, budget)
    except UndecidedError:
        pass
    return found


def implied(rows: Iterable[Row], segments: Mapping[str, Condition]) -> list[Implication]:
    """Return what rows may rely on of the members of the segments they name, by their conditions.

    It is impossible that one of them is a member and the condition is false; unknown it may be, as
    consent can hide from a decision what the segment was told. Segments that ask about nothing the
    rows ask about say nothing new.

    >>> from rules.conditions import Test
    >>> adult = Test("traits.age", "at_least", 18)
    >>> rows = [Row("a", All((Member("adult"), Test("traits.age", "less_than", 9))), "x")]
    >>> len(implied(rows, {"adult": adult})), len(implied(rows[:0], {"adult": adult}))
    (1, 0)
    """
    rows = list(rows)
    asked = asked_about(rows)
    named = sorted({name for row in rows for name in compiler.segments(row.when)})
    nobody = Not(Everyone())
    return [
        (All((Member(name), Not(segments[name]))), nobody)
        for name in named
        if name in segments and not asked.isdisjoint(subjects(segments[name]))
    ]


def _said(
    names: Iterable[str], segments: Mapping[str, Condition], budget: Budget
) -> dict[str, Condition]:
    """Return the segments with those they name spelled out, as many as may be read."""
    said: dict[str, Condition] = {}
    left = budget.share(_PART) // _READ
    for name in names:
        size = _size(Member(name), segments, DEEPEST, left)
        if size > left:
            break
        left -= size
        budget.use(size * _READ)
        said[name] = _spelled(segments[name], segments, DEEPEST)
    return said


def _size(condition: Condition, segments: Mapping[str, Condition], deepest: int, most: int) -> int:
    """Return how many parts a condition would have spelled out; counting ends beyond ``most``."""
    stack, parts = [(condition, deepest + 1)], 0
    while stack and parts <= most:
        one, deep = stack.pop()
        parts += 1
        if isinstance(one, Member) and one.segment in segments and deep:
            stack.append((segments[one.segment], deep - 1))
        elif isinstance(one, Not):
            stack.append((one.part, deep))
        elif isinstance(one, All | Any):
            stack += [(part, deep) for part in one.parts]
    return parts


def _related(
    space: Space, one: str, other: str, boxes: Mapping[str, list[Box]], budget: Budget
) -> list[Implication]:
    avoided = {name: [obstacle(box, None) for box in boxes[name]] for name in (one, other)}
    found: list[Implication] = []
    if inside(space, boxes[one], avoided[other], budget):
        found.append((Member(one), Member(other)))
    if inside(space, boxes[other], avoided[one], budget):
        found.append((Member(other), Member(one)))
    shared = (common(a, b) for a in boxes[one] for b in boxes[other])
    if inside(space, [box for box in shared if box is not None], (), budget):
        found.append((Member(one), Not(Member(other))))
    return found


def _boxes(space: Space, condition: Condition) -> list[Box] | None:
    try:
        return space.boxes(condition)
    except TooManyError:
        return None


def _spelled(condition: Condition, segments: Mapping[str, Condition], deepest: int) -> Condition:
    """Return a condition with the segments it names spelled out, where that comes to an end."""
    if isinstance(condition, Member) and condition.segment in segments and deepest:
        return _spelled(segments[condition.segment], segments, deepest - 1)
    if isinstance(condition, Not):
        return Not(_spelled(condition.part, segments, deepest))
    if isinstance(condition, All | Any):
        parts = tuple(_spelled(part, segments, deepest) for part in condition.parts)
        return type(condition)(parts)
    return condition
