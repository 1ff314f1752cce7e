"""The literals of some clauses, sorted by what they ask and of whom, and made into tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from rules import compiler
from rules.compiler import Answer, Keys, operand
from rules.conditions import Condition, EventTest, Measure, Member, Not, Test
from rules.facts import Facts
from rules.matrix.clauses import Literal
from rules.matrix.lanes import Items, Lanes, lanes
from rules.matrix.line import Bound, Line, Pieces
from rules.operators.registry import Operator, operators

Ask = Callable[[Facts, str], bool]
_ITEMS = {"has_any": True, "has_none": False}


class Entry(NamedTuple):
    """One clause as it is indexed: the row it belongs to, its literals, and what is asked last."""

    row: int
    literals: tuple[Literal, ...]
    rest: tuple[Condition, ...] = ()
    last: tuple[Ask, ...] = ()


class Residual(NamedTuple):
    """What no bitmap knows, asked of the clauses still standing; its bits are all that need it."""

    ask: Ask
    bits: int


class Membership(NamedTuple):
    """The clauses a segment leaves to members, to others, and where membership is unknown."""

    inside: int
    outside: int
    unknown: int


class Tables(NamedTuple):
    """All that is known of some clauses, in order: bit *i* of every mask is clause *i*.

    ``owners`` gives each clause's row. A line is of an attribute, of the instant, or of a measure.
    """

    owners: tuple[int, ...]
    lines: dict[str | Measure, Line]
    lists: dict[str, Lanes]
    members: dict[str, Membership]
    residuals: dict[int, tuple[Residual, ...]]


class Sorted:
    """Clauses sorted one by one, until their tables are made."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self._owners: list[int] = []
        self._operators = dict(operators)
        self._pieces: dict[str | Measure, Pieces] = defaultdict(Pieces)
        self._items: dict[str, list[Items]] = defaultdict(list)
        self._members: dict[tuple[str, bool], int] = defaultdict(int)
        self._asks: dict[object, tuple[Ask, list[int]]] = {}

    def __len__(self) -> int:
        return len(self._owners)

    def weight(self) -> int:
        """Return about how many masks the tables will have."""
        return sum(pieces.weight() for pieces in self._pieces.values())

    def add(self, entry: Entry) -> None:
        """Take in the next clause."""
        clause = len(self._owners)
        bit = 1 << clause
        self._owners.append(entry.row)
        bounds: dict[str | Measure, Bound] = {}
        items: dict[str, list[Test]] = {}
        for literal in entry.literals:
            leaf, positive = literal
            if isinstance(leaf, Member):
                self._members[leaf.segment, positive] |= bit
            elif not (positive and self._indexed(leaf, bounds, items)):
                self._ask(clause, literal, leaf if positive else Not(leaf))
        for key, bound in bounds.items():
            self._pieces[key].add(bit, bound)
        for path, tests in items.items():
            self._items[path].append(_sets(bit, tests))
        for condition in entry.rest:
            self._ask(clause, condition, condition)
        for ask in entry.last:
            self._asks.setdefault(ask, (ask, []))[1].append(clause)

    def _indexed(
        self, leaf: Condition, bounds: dict[str | Measure, Bound], items: dict[str, list[Test]]
    ) -> bool:
        """Note a leaf that a bitmap can answer; tell whether it is one."""
        if not isinstance(leaf, Test | EventTest):
            return False
        part = self._operators[leaf.operator]
        if isinstance(leaf, EventTest):
            if part.index != "points":
                return False
            _note(bounds, leaf.measure, _bound(part, operand(leaf)))
        elif part.index == "points" and not leaf.ignore_case:
            _note(bounds, leaf.attribute, _bound(part, leaf.value))
        elif part.index == "items" and not (leaf.ignore_case or _mistakable(leaf.value)):
            items.setdefault(leaf.attribute, []).append(leaf)
        else:
            return False
        return True

    def _ask(self, clause: int, key: object, condition: Condition) -> None:
        if key not in self._asks:
            self._asks[key] = (_asking(compiler.compile(condition, self.keys)), [])
        self._asks[key][1].append(clause)

    def tables(self) -> Tables:
        """Return the tables of all clauses, the attributes most of them ask about first."""
        everything = (1 << len(self._owners)) - 1
        busiest = sorted(self._pieces.items(), key=lambda pair: -pair[1].asked)
        return Tables(
            tuple(self._owners),
            {key: pieces.line(everything) for key, pieces in busiest},
            {path: lanes(asked, everything) for path, asked in self._items.items()},
            dict(self._memberships(everything)),
            self._residuals(),
        )

    def _memberships(self, everything: int) -> Iterator[tuple[str, Membership]]:
        asked = self._members
        for name in dict.fromkeys(name for name, _ in asked):
            inside, outside = asked.get((name, True), 0), asked.get((name, False), 0)
            left = everything & ~outside, everything & ~inside, everything & ~(inside | outside)
            yield name, Membership(*left)

    def _residuals(self) -> dict[int, tuple[Residual, ...]]:
        """Return what is asked one by one, for each clause that has some, shared where alike."""
        found: dict[int, list[Residual]] = defaultdict(list)
        for ask, clauses in self._asks.values():
            residual = Residual(ask, sum(1 << clause for clause in set(clauses)))
            for clause in dict.fromkeys(clauses):
                found[clause].append(residual)
        return {clause: tuple(residuals) for clause, residuals in found.items()}


def _note(bounds: dict[str | Measure, Bound], key: str | Measure, bound: Bound) -> None:
    bounds[key] = bounds[key].beside(bound) if key in bounds else bound


def _bound(part: Operator, value: object) -> Bound:
    points = value if isinstance(value, tuple) else (value,)
    return Bound(part.bind(value), points, part.total, part.kinds)


def _sets(bit: int, tests: Sequence[Test]) -> Items:
    """Return what a clause asks of one list; an operand of items is a tuple."""
    wanted = tuple(_operand(test) for test in tests if _ITEMS[test.operator])
    unwanted = tuple(item for test in tests if not _ITEMS[test.operator] for item in _operand(test))
    return Items(bit, wanted, unwanted)


def _operand(test: Test) -> tuple[Any, ...]:
    assert isinstance(test.value, tuple)
    return test.value


def _mistakable(value: object) -> bool:
    """Tell whether a table would take an item for another: 0 for false, 1 for true."""
    return isinstance(value, tuple) and any(item in (0, 1) for item in value)


def _asking(answer: Answer) -> Ask:
    return lambda facts, _unit: answer(facts) is True
