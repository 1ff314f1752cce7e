"""A matrix compiled for deciding: an immutable value, swapped whole when a new one is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from rules import compiler
from rules.allocation import included
from rules.compiler import NOW, Keys
from rules.conditions import Condition, Measure, Same, Test
from rules.facts import Facts
from rules.matrix.clauses import Literal, clauses
from rules.matrix.document import Matrix, Row
from rules.matrix.explanation import explain
from rules.matrix.index import BLOCK, Ask, Block, Entry

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """What a matrix chose: the row's id, its ``then`` and its index, and the reason as a word.

    ``reason`` is "matched", "nothing" (no row holds) or "conflict" (more rows hold than the hit
    policy allows); without a row the fallback follows. ``then`` is shared: read it only.
    """

    row: str | None
    then: dict[str, str] | None
    index: int | None
    reason: str


NOTHING = Choice(None, None, None, "nothing")
CONFLICT = Choice(None, None, None, "conflict")


class Compiled:
    """A matrix ready to decide, in a few microseconds, and to explain itself when asked.

    ``attributes``, ``segments`` and ``measures`` are what its rows need to know of a profile.
    """

    def __init__(self, matrix: Matrix, keys: Keys) -> None:
        self.matrix = matrix
        self.keys = keys
        rows = [(i, row) for i, row in enumerate(matrix.rows) if row.enabled]
        self._wary = matrix.hit_policy in ("unique", "any")
        conditions = [row.when for _, row in rows]
        self.attributes = _united(map(compiler.attributes, conditions)) - {NOW}
        self.segments = _united(map(compiler.segments, conditions))
        self.measures = _measures(conditions)
        if matrix.hit_policy == "priority":
            rows.sort(key=lambda pair: -pair[1].priority)
        entries = [entry for i, row in rows for entry in _entries(i, row)]
        self._blocks = tuple(
            Block(entries[i : i + BLOCK], keys) for i in range(0, len(entries), BLOCK)
        )
        self._choices = tuple(
            Choice(row.id, {"variant": row.variant}, i, "matched")
            for i, row in enumerate(matrix.rows)
        )

    def decide(self, facts: Facts, unit: str) -> Choice:
        """Return the one choice of the hit policy; ``unit`` is who is rolled out to, stably.

        ``first``, ``priority`` and ``collect``: the first row that holds (by priority, the highest
        number first). ``unique``: a conflict when two hold. ``any``: a conflict when two hold that
        say different things.
        """
        if self._wary:
            return self._only(facts, unit)
        for block in self._blocks:
            row = block.first(facts, unit)
            if row is not None:
                return self._choices[row]
        return NOTHING

    def collect(self, facts: Facts, unit: str, limit: int | None = None) -> tuple[Choice, ...]:
        """Return the choices of all rows that hold, in order, at most ``limit`` (the matrix's)."""
        most = self.matrix.limit if limit is None else limit
        return tuple(self._choices[row] for row in islice(self._rows(facts, unit), most))

    def explain(self, facts: Facts, unit: str) -> list[dict[str, object]]:
        """Return, row by row, what became of it and what each leaf of its condition saw."""
        chosen = self.decide(facts, unit).index
        return explain(self.matrix, self.keys, facts, unit, chosen)

    def _only(self, facts: Facts, unit: str) -> Choice:
        rows = self._rows(facts, unit)
        row = next(rows, None)
        if row is None:
            return NOTHING
        choice, unique = self._choices[row], self.matrix.hit_policy == "unique"
        if any(unique or self._choices[other].then != choice.then for other in rows):
            return CONFLICT
        return choice

    def _rows(self, facts: Facts, unit: str) -> Iterator[int]:
        last = None
        for block in self._blocks:
            for row in block.rows(facts, unit):
                if row != last:
                    yield row
                last = row


def compile(matrix: Matrix, keys: Keys) -> Compiled:  # noqa: A001 the word of the field
    """Return the matrix compiled; ``keys`` must know every measure of its enabled rows.

    ``InvalidError`` for conditions that are not run by this version.

    >>> from rules.conditions import Member
    >>> compiled = compile(Matrix((Row("a", Member("vip"), "gold"),)), {})
    >>> compiled.decide(Facts(segments={"vip": True}), "visitor-1").then
    {'variant': 'gold'}
    """
    return Compiled(matrix, keys)


def _entries(index: int, row: Row) -> Iterator[Entry]:
    """Yield a row's clauses, its schedule asked of the instant, its rollout asked last of all."""
    schedule = tuple(_schedule(row))
    last: tuple[Ask, ...] = (_rollout(row),) if row.rollout < _WHOLE else ()
    for clause in clauses(row.when):
        yield Entry(index, (*clause.literals, *schedule), clause.rest, last)


def _schedule(row: Row) -> Iterator[Literal]:
    if row.active is None:
        return
    if row.active.start_at is not None:
        yield Literal(Test(NOW, "not_before", row.active.start_at))
    if row.active.until_at is not None:
        yield Literal(Test(NOW, "before", row.active.until_at))


def _rollout(row: Row) -> Ask:
    seed, percent = row.id, row.rollout
    return lambda _facts, unit: included(seed, unit, percent)


def _united(found: Iterator[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*found)


def _measures(conditions: list[Condition]) -> tuple[Measure | Same, ...]:
    found = (measure for condition in conditions for measure in compiler.measures(condition))
    return tuple(dict.fromkeys(found))
