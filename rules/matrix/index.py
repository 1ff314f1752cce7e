"""The bitmap index of a block of clauses: what the facts leave standing, and who is first."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Sized
from typing import Any, NamedTuple, TypeVar

from rules import compiler
from rules.compiler import NOW, Answer, Keys, Read, measuring, operand
from rules.conditions import Condition, EventTest, Measure, Member, Not, Test
from rules.facts import Facts
from rules.matrix.clauses import Literal
from rules.matrix.lanes import Items, lanes
from rules.matrix.line import Asked, Bound, Line, Mask, line
from rules.operators.registry import operators

BLOCK = 2_048
"""Clauses in a block: it keeps memory linear in the rows where every threshold is another."""

Ask = Callable[[Facts, str], bool]
Key = TypeVar("Key")
Asking = TypeVar("Asking", bound=Sized)
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


class Block:
    """Up to ``BLOCK`` clauses, in order, compiled; nothing changes after it was built."""

    def __init__(self, entries: Sequence[Entry], keys: Keys) -> None:
        sorted_out = _Sorted(entries, keys)
        self._all = (1 << len(entries)) - 1
        self._owners = tuple(entry.row for entry in entries)
        self._whole: dict[int, int] = defaultdict(int)
        for i, row in enumerate(self._owners):
            self._whole[row] |= 1 << i
        self._lines = tuple((path, *line) for path, line in sorted_out.lines(self._all))
        self._lists = tuple(sorted_out.lists(self._all))
        self._members = sorted_out.memberships(self._all)
        self._read = sorted_out.readings(self._all, keys)
        self._residuals = sorted_out.residuals()
        self._hard = sum(1 << i for i in self._residuals)

    def standing(self, facts: Facts) -> int:
        """Return the clauses no bitmap excludes: bit *i* for clause *i*."""
        standing = self._all
        member = facts.segments.get
        for name, inside, outside, unknown in self._members:
            found = member(name)
            standing &= inside if found else (unknown if found is None else outside)
        get = facts.attributes.get
        for path, texts, other, points, masks, rest in self._lines:
            value: Any = get(path)
            kind = type(value)
            if kind is str:
                standing &= texts.get(value, other)
            elif kind is int or kind is float:
                i = bisect_left(points, value)
                standing &= masks[2 * i + 1] if points[i] == value else masks[2 * i]
            else:
                standing &= rest(value)
            if not standing:
                return 0
        for path, mask in self._lists:
            standing &= mask(get(path))
        for read, mask in self._read:
            standing &= mask(read(facts))
        return standing

    def first(self, facts: Facts, unit: str) -> int | None:
        """Return the first row that holds, or ``None``."""
        standing = self.standing(facts)
        low = standing & -standing
        if low and not low & self._hard:
            return self._owners[low.bit_length() - 1]
        return next(self._walk(standing, facts, unit), None)

    def rows(self, facts: Facts, unit: str) -> Iterator[int]:
        """Yield the rows that hold, in order, each once."""
        return self._walk(self.standing(facts), facts, unit)

    def _walk(self, standing: int, facts: Facts, unit: str) -> Iterator[int]:
        passed: set[int] = set()
        while standing:
            low = standing & -standing
            clause = low.bit_length() - 1
            failed = self._failed(clause, facts, unit, passed) if low & self._hard else 0
            if failed:
                standing &= ~failed
                continue
            row = self._owners[clause]
            yield row
            standing &= ~self._whole[row]

    def _failed(self, clause: int, facts: Facts, unit: str, passed: set[int]) -> int:
        """Ask what no bitmap knows; return all clauses that fall with the first refusal."""
        for residual in self._residuals[clause]:
            if id(residual) in passed:
                continue
            if not residual.ask(facts, unit):
                return residual.bits
            passed.add(id(residual))
        return 0


class _Sorted:
    """The literals of a block, sorted by what they ask and of whom, clause by clause."""

    def __init__(self, entries: Sequence[Entry], keys: Keys) -> None:
        self.keys = keys
        self.bounds: dict[str, dict[int, list[Bound]]] = defaultdict(_by_clause)
        self.measured: dict[Measure, dict[int, list[Bound]]] = defaultdict(_by_clause)
        self.items: dict[str, dict[int, list[tuple[bool, tuple[object, ...]]]]]
        self.items = defaultdict(lambda: defaultdict(list))
        self.members: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        self.asks: dict[object, tuple[Ask, list[int]]] = {}
        for clause, entry in enumerate(entries):
            for literal in entry.literals:
                self._sort(clause, literal)
            for condition in entry.rest:
                self._ask(clause, condition, condition)
            for ask in entry.last:
                self.asks.setdefault(ask, (ask, []))[1].append(clause)

    def _sort(self, clause: int, literal: Literal) -> None:
        leaf, positive = literal
        if isinstance(leaf, Member):
            self.members[leaf.segment].append((1 << clause, positive))
        elif isinstance(leaf, Test) and positive and _is_point(leaf):
            self.bounds[leaf.attribute][clause].append(_bound(leaf.operator, leaf.value))
        elif isinstance(leaf, EventTest) and positive and _is_point(leaf):
            self.measured[leaf.measure][clause].append(_bound(leaf.operator, operand(leaf)))
        elif isinstance(leaf, Test) and positive and _is_items(leaf):
            assert isinstance(leaf.value, tuple)
            self.items[leaf.attribute][clause].append((_ITEMS[leaf.operator], leaf.value))
        else:
            self._ask(clause, literal, leaf if positive else Not(leaf))

    def _ask(self, clause: int, key: object, condition: Condition) -> None:
        if key not in self.asks:
            self.asks[key] = (_asking(compiler.compile(condition, self.keys)), [])
        self.asks[key][1].append(clause)

    def lines(self, everything: int) -> Iterator[tuple[str, Line]]:
        """Yield the bitmaps of attributes on a line, those most clauses ask about first."""
        for path, by_clause in _busiest(self.bounds):
            if path != NOW:
                yield path, _line(by_clause, everything)

    def lists(self, everything: int) -> Iterator[tuple[str, Mask]]:
        """Yield the bitmaps of list attributes."""
        for path, by_clause in _busiest(self.items):
            asked = [
                Items(
                    1 << clause,
                    tuple(values for wanted, values in sets if wanted),
                    tuple(item for wanted, values in sets if not wanted for item in values),
                )
                for clause, sets in by_clause.items()
            ]
            yield path, lanes(asked, everything & ~sum(one.bit for one in asked))

    def readings(self, everything: int, keys: Keys) -> tuple[tuple[Read, Mask], ...]:
        """Return the bitmaps of what is not told but read: the instant, and live windows."""
        found: list[tuple[Read, Mask]] = []
        if NOW in self.bounds:
            found.append((lambda facts: facts.now, _line(self.bounds[NOW], everything).mask))
        for measure, by_clause in _busiest(self.measured):
            found.append((measuring(measure, keys), _line(by_clause, everything).mask))
        return tuple(found)

    def memberships(self, everything: int) -> tuple[tuple[str, int, int, int], ...]:
        """Return, for each segment, the clauses left to members, to others, to the unknown."""
        found = []
        for name, asked in self.members.items():
            inside = outside = 0
            for bit, positive in asked:
                inside |= bit if positive else 0
                outside |= 0 if positive else bit
            unknown = everything & ~(inside | outside)
            found.append((name, everything & ~outside, everything & ~inside, unknown))
        return tuple(found)

    def residuals(self) -> dict[int, tuple[Residual, ...]]:
        """Return what is asked one by one, for each clause that has some, shared where alike."""
        found: dict[int, list[Residual]] = defaultdict(list)
        for ask, clauses in self.asks.values():
            residual = Residual(ask, sum(1 << clause for clause in set(clauses)))
            for clause in dict.fromkeys(clauses):
                found[clause].append(residual)
        return {clause: tuple(residuals) for clause, residuals in found.items()}


def _by_clause() -> dict[int, list[Bound]]:
    return defaultdict(list)


def _busiest(groups: Mapping[Key, Mapping[int, Asking]]) -> list[tuple[Key, Mapping[int, Asking]]]:
    return sorted(groups.items(), key=lambda group: -len(group[1]))


def _line(by_clause: Mapping[int, list[Bound]], everything: int) -> Line:
    asked = [Asked(1 << clause, tuple(bounds)) for clause, bounds in by_clause.items()]
    return line(asked, everything & ~sum(one.bit for one in asked))


def _is_point(leaf: Test | EventTest) -> bool:
    ignores = isinstance(leaf, Test) and leaf.ignore_case
    return operators[leaf.operator].index == "points" and not ignores


def _is_items(leaf: Test) -> bool:
    """Tell whether a table may hold the items: 0, 1, true and false would be taken for another."""
    mistakable = isinstance(leaf.value, tuple) and any(item in (0, 1) for item in leaf.value)
    ignores = leaf.ignore_case or mistakable
    return operators[leaf.operator].index == "items" and not ignores


def _bound(operator: str, value: object) -> Bound:
    part = operators[operator]
    return Bound(part.bind(value), value if isinstance(value, tuple) else (value,), part.total)


def _asking(answer: Answer) -> Ask:
    return lambda facts, _unit: answer(facts) is True
