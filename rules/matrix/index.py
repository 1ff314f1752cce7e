"""The bitmap index of a block of clauses: what the facts leave standing, and who is first."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from struct import unpack
from typing import Any

from rules.compiler import NOW, Keys, measuring, reading
from rules.conditions import Measure
from rules.facts import Facts
from rules.matrix.line import Line
from rules.matrix.sorting import Tables

_WORD = 64


class Block:
    """Some clauses, in order, ready to be asked; nothing changes after it was built."""

    def __init__(self, tables: Tables, keys: Keys) -> None:
        self.tables = tables
        self._all = (1 << len(tables.owners)) - 1
        self._owners = tables.owners
        self._plain = self._owners == tuple(range(len(self._owners)))
        self._members = tuple((name, *masks) for name, masks in tables.members.items())
        self._texts, self._numbers, self._others = _by_kind(tables)
        self._lists = tuple(tables.lists.items())
        self._read = tuple(
            (measuring(key, keys) if isinstance(key, Measure) else reading(key), line)
            for key, line in tables.lines.items()
            if isinstance(key, Measure) or key == NOW
        )
        self._residuals = tables.residuals
        self._hard = sum(1 << clause for clause in self._residuals)

    def standing(self, facts: Facts) -> int:  # noqa: C901 one loop, no calls: it is the hot path
        """Return the clauses no bitmap excludes: bit *i* for clause *i*."""
        standing = self._all
        member = facts.segments.get
        for name, inside, outside, stranger in self._members:
            found = member(name)
            standing &= inside if found else (stranger if found is None else outside)
        get = facts.attributes.get
        for path, texts, other, line in self._texts:
            value: Any = get(path)
            standing &= texts.get(value, other) if type(value) is str else line.mask(value)
        for path, points, masks, line in self._numbers:
            value = get(path)
            if type(value) is int or type(value) is float:
                i = bisect_left(points, value)
                standing &= masks[2 * i + 1] if points[i] == value else masks[2 * i]
            else:
                standing &= line.mask(value)
            if not standing:
                return 0
        for path, yes, no, line in self._others:
            value = get(path)
            standing &= yes if value is True else no if value is False else line.mask(value)
        for path, lanes in self._lists:
            standing &= lanes.mask(get(path))
        for read, line in self._read:
            standing &= line.mask(read(facts))
        return standing

    def first(self, facts: Facts, unit: str) -> int | None:
        """Return the first row that holds, or ``None``."""
        standing = self.standing(facts)
        if not standing:
            return None
        low = standing & -standing
        if not low & self._hard:
            return self._owners[low.bit_length() - 1]
        return next(iter(self._asked(standing, facts, unit, 1)), None)

    def rows(self, facts: Facts, unit: str, most: int) -> Sequence[int]:
        """Return the rows that hold, in order, each once, at most so many."""
        standing = self.standing(facts)
        if standing & self._hard:
            return self._asked(standing, facts, unit, most)
        clauses = _bits(standing)
        if not self._plain:
            owners = self._owners
            clauses = list(dict.fromkeys(owners[clause] for clause in clauses))
        return clauses[:most] if len(clauses) > most else clauses

    def _asked(self, standing: int, facts: Facts, unit: str, most: int) -> list[int]:
        """Return the rows that hold where some are asked what no bitmap knows."""
        found: list[int] = []
        passed: set[int] = set()
        while standing and len(found) < most:
            low = standing & -standing
            clause = low.bit_length() - 1
            failed = self._failed(clause, facts, unit, passed) if low & self._hard else 0
            if failed:
                standing &= ~failed
                continue
            row = self._owners[clause]
            found.append(row)
            end = bisect_right(self._owners, row, clause)
            standing = standing >> end << end
        return found

    def _failed(self, clause: int, facts: Facts, unit: str, passed: set[int]) -> int:
        """Ask what no bitmap knows; return all clauses that fall with the first refusal."""
        for residual in self._residuals[clause]:
            if id(residual) in passed:
                continue
            if not residual.ask(facts, unit):
                return residual.bits
            passed.add(id(residual))
        return 0


_Texts = tuple[str, dict[str, int], int, Line]
_Numbers = tuple[str, list[float], list[int], Line]
_Others = tuple[str, int, int, Line]


def _by_kind(
    tables: Tables,
) -> tuple[tuple[_Texts, ...], tuple[_Numbers, ...], tuple[_Others, ...]]:
    """Return the lines of attributes by what their values mostly are, laid open for the loops."""
    texts: list[_Texts] = []
    numbers: list[_Numbers] = []
    others: list[_Others] = []
    for key, line in tables.lines.items():
        if key == NOW or isinstance(key, Measure):
            continue
        if line.texts:
            texts.append((key, line.texts, line.other_text, line))
        elif len(line.points) > 1:
            numbers.append((key, line.points, line.masks, line))
        else:
            others.append((key, line.yes, line.no, line))
    return tuple(texts), tuple(numbers), tuple(others)


def _bits(mask: int) -> list[int]:
    """Return which bits are set, the lowest first: word by word, for long numbers are slow."""
    found: list[int] = []
    count = (mask.bit_length() + _WORD - 1) // _WORD
    before = -1
    for word in unpack(f"<{count}Q", mask.to_bytes(8 * count, "little")):
        rest = word
        while rest:
            low = rest & -rest
            found.append(before + low.bit_length())
            rest ^= low
        before += _WORD
    return found
