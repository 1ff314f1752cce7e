"""What a leaf asks, said once: whom it asks, and a test or its opposite.

``country is not DE`` asks the same of the same attribute as ``country is DE``; so both are one
atom here, true or false.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any as AnyValue
from typing import NamedTuple

from rules.compiler import in_millionths, operand
from rules.conditions import All, Any, Condition, EventTest, Everyone, Measure, Member, Not, Test
from rules.errors import InvalidError
from rules.operators.registry import operators
from rules.values import unscaled

SEGMENT, ATTRIBUTE, MEASURE, OPAQUE, ROLLOUT = (
    "segment",
    "attribute",
    "measure",
    "opaque",
    "rollout",
)


class Subject(NamedTuple):
    """Whom a leaf asks: a segment's name, an attribute's path, a measure, or a whole condition."""

    kind: str
    of: AnyValue


class Asked(NamedTuple):
    """A leaf, read: the subject, the atom, and whether it must be true of the subject.

    An attribute's or a measure's atom is a ``Test``; a segment and a whole condition have none.
    """

    subject: Subject
    atom: Test | None = None
    positive: bool = True


def asked(leaf: Condition) -> Asked:
    """Return what a leaf asks, in the words of its operator's first name.

    >>> asked(Test("traits.age", "less_than", 18)).atom.operator, asked(Member("vip")).subject.of
    ('at_least', 'vip')
    """
    if isinstance(leaf, Member):
        return Asked(Subject(SEGMENT, leaf.segment))
    if isinstance(leaf, Test):
        name, positive = _first(leaf.operator)
        atom = Test(leaf.attribute, name, leaf.value, leaf.ignore_case)
        return Asked(Subject(ATTRIBUTE, leaf.attribute), atom, positive)
    if isinstance(leaf, EventTest):
        return _measured(leaf)
    return Asked(Subject(OPAQUE, leaf))


def leaves(condition: Condition) -> Iterator[Condition]:
    """Yield the leaves of a condition but for "everyone", which asks nothing.

    >>> list(leaves(All((Everyone(), Not(Member("vip"))))))
    [Member(segment='vip')]
    """
    if isinstance(condition, All | Any):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    elif not isinstance(condition, Everyone):
        yield condition


def counted(measure: Measure) -> bool:
    """Tell whether a measure answers with a whole number from zero on.

    >>> counted(Measure("Order Completed")), counted(Measure("Order Completed", kind="recency"))
    (True, False)
    """
    return measure.kind in ("count", "distinct")


def single(subject: Subject, atom: Test) -> Subject:
    """Return an atom that stands alone as a subject of its own.

    >>> single(Subject(MEASURE, Measure("Order Completed")), Test("", "at_least", 3)).of.value
    3
    """
    if subject.kind != MEASURE:
        return Subject(OPAQUE, atom)
    return Subject(OPAQUE, EventTest(subject.of, atom.operator, plain(subject.of, atom.value)))


def plain(measure: Measure, value: AnyValue) -> AnyValue:
    """Return what a measure counts as people write it: millionths as the number they are of.

    >>> plain(Measure("Order Completed", kind="sum", path="properties.total"), 2_500_000)
    2.5
    """
    if not in_millionths(measure.kind):
        return value
    if isinstance(value, tuple):
        return tuple(plain(measure, part) for part in value)
    return unscaled(value) if type(value) is int else value


def _measured(leaf: EventTest) -> Asked:
    name, positive = _first(leaf.operator)
    if operators[name].of_events:
        return Asked(Subject(OPAQUE, leaf))
    try:
        value = operand(leaf)
    except InvalidError:
        return Asked(Subject(OPAQUE, leaf))
    return Asked(Subject(MEASURE, leaf.measure), Test("", name, value), positive)


@lru_cache(maxsize=1_024)
def _first(name: str) -> tuple[str, bool]:
    """Return the operator's own name, or that of the one whose opposite it is."""
    opposite = operators[name].negation
    for known in operators:
        if known == name:
            return name, True
        if known == opposite:
            return known, False
    return name, True
