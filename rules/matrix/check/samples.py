"""One value for every piece of an attribute's domain: where no test can tell two values apart.

A sample is a value a visitor may really have, so whatever is found with samples is found with
visitors. Where values cannot be listed (a pattern, a share, a polygon) the answers themselves are
listed, and no sample stands for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any as AnyValue
from typing import NamedTuple

from rules.conditions import Test
from rules.facts import Facts, Truth
from rules.matrix.check.sorts import LOCATION, READS, TUPLES
from rules.operators.registry import operators
from rules.values import TYPES

_NOBODY = Facts()


class Age(NamedTuple):
    """An instant that is known only from now: so many microseconds ago."""

    ago: int


class Domain(NamedTuple):
    """What an attribute may be: the catalogue's type, whole numbers only, bounds, never unknown."""

    kind: str | None = None
    whole: bool = False
    least: float | None = None
    most: float | None = None
    known: bool = False

    def allows(self, sort: str) -> bool:
        """Tell whether values of this sort may occur."""
        return self.kind is None or self.kind in READS[sort]


class Sample(NamedTuple):
    """A value of one piece, its sort, and the answers that are given, not read off the value.

    ``alone`` says that the piece is this one value.
    """

    value: AnyValue
    sort: str
    given: Mapping[Test, Truth] = MappingProxyType({})
    alone: bool = False


def is_point(atom: Test) -> bool:
    """Tell whether an atom's answer can change at the values it names, and nowhere else.

    >>> is_point(Test("traits.age", "at_least", 18)), is_point(Test("traits.page", "matches", "x"))
    (True, False)
    """
    return operators[atom.operator].index == "points"


def points(atom: Test) -> tuple[AnyValue, ...]:
    """Return the values an atom names.

    >>> points(Test("traits.age", "between", (18, 30)))
    (18, 30)
    """
    return atom.value if isinstance(atom.value, tuple) else (atom.value,)


def reads(atom: Test, sort: str) -> bool:
    """Tell whether an atom is anything but unknown of values of this sort.

    >>> reads(Test("traits.age", "at_least", 18), "string")
    False
    """
    part = operators[atom.operator]
    sorts = TUPLES if sort in TUPLES else (sort,)
    return part.total or any(not READS[each].isdisjoint(part.kinds) for each in sorts)


def located(atoms: Iterable[Test], domain: Domain) -> bool:
    """Tell whether a place is among the values to be tried.

    >>> located([Test("traits.age", "at_least", 18)], Domain()), located([], Domain("location"))
    (False, True)
    """
    kinds = (set(operators[atom.operator].kinds) for atom in atoms)
    asked = any(LOCATION in each and not each.issuperset(TYPES) for each in kinds)
    return domain.kind == LOCATION or (domain.kind is None and asked)


def bound(atom: Test) -> Callable[[AnyValue], Truth]:
    """Return the function from a value, or an age, to an atom's answer.

    >>> bound(Test("traits.seen", "older_than", 60))(Age(61)), bound(Test("", "is_known"))(None)
    (True, False)
    """
    part = operators[atom.operator]
    check = part.bind(atom.value, atom.ignore_case)

    def answer(value: AnyValue) -> Truth:
        if value is None and not part.total:
            return None
        return check(-value.ago if isinstance(value, Age) else value, _NOBODY)

    return answer


def truth(atom: Test, value: AnyValue) -> Truth:
    """Return an atom's answer on one value.

    >>> truth(Test("traits.age", "at_least", 18), 20)
    True
    """
    return bound(atom)(value)
