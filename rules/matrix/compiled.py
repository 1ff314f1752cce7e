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
from rules.matrix.outcome import plain, same
from rules.matrix.policies import POLICIES, aggregated, ranks

_WHOLE = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """What a matrix chose: the row's id, its ``then`` and its index, and the reason as a word.

    ``reason`` is "matched", "nothing" (no row holds) or "conflict" (more rows hold than the hit
    policy allows); without a row the fallback follows. An aggregate has no row, and a ``then``
    always; without a match ``then`` tells the defaults of the outputs, where they have some.
    ``then`` is shared: read it only.
    """

    row: str | None
    then: dict[str, object] | None
    index: int | None
    reason: str


CONFLICT = Choice(None, None, None, "conflict")


class Compiled:
    """A matrix ready to decide, in a few microseconds, and to explain itself when asked.

    ``attributes``, ``segments`` and ``measures`` are what its rows need to know of a profile.
    """

    def __init__(self, matrix: Matrix, keys: Keys) -> None:
        self.matrix = matrix
        self.keys = keys
        rows = [(i, row) for i, row in enumerate(matrix.rows) if row.enabled]
        self._policy = POLICIES[matrix.hit_policy]
        conditions = [row.when for _, row in rows]
        self.attributes = _united(map(compiler.attributes, conditions)) - {NOW}
        self.segments = _united(map(compiler.segments, conditions))
        self.measures = _measures(conditions)
        if self._policy.ranked:
            values = [row.values for _, row in rows]
            order = ranks([row.priority for _, row in rows], values, matrix.outputs)
            rows = [rows[i] for i in order]
        entries = [entry for i, row in rows for entry in _entries(i, row)]
        self._blocks = tuple(
            Block(entries[i : i + BLOCK], keys) for i in range(0, len(entries), BLOCK)
        )
        self._choices = tuple(
            Choice(row.id, row.then(), i, "matched") for i, row in enumerate(matrix.rows)
        )
        self._named = _names(matrix)
        defaults = {out.name: out.default for out in matrix.outputs if out.default is not None}
        said: dict[str, object] = {"values": plain(tuple(defaults.items()))}
        self._nothing = Choice(None, said if defaults else None, None, "nothing")

    def decide(self, facts: Facts, unit: str) -> Choice:
        """Return the one choice of the hit policy; ``unit`` is who is rolled out to, stably.

        The first row that holds, of the list or (``priority``, ``output_order``) of those with the
        highest priority. ``unique``: a conflict when two hold. ``any``: a conflict when two hold
        that say different things. With an aggregate: what it makes of all rows that hold.
        """
        if self.matrix.aggregate is not None:
            return self._aggregated(facts, unit)
        if self._policy.alone:
            return self._only(facts, unit)
        for block in self._blocks:
            row = block.first(facts, unit)
            if row is not None:
                return self._choices[row]
        return self._nothing

    def collect(self, facts: Facts, unit: str, limit: int | None = None) -> tuple[Choice, ...]:
        """Return the choices of all rows that hold, in order, at most ``limit`` (the matrix's)."""
        most = self.matrix.limit if limit is None else limit
        return tuple(self._choices[row] for row in islice(self._rows(facts, unit), most))

    def explain(self, facts: Facts, unit: str) -> list[dict[str, object]]:
        """Return, row by row, what became of it and what each leaf of its condition saw."""
        chosen = self.decide(facts, unit).index
        return explain(self.matrix, self.keys, facts, unit, chosen)

    def _aggregated(self, facts: Facts, unit: str) -> Choice:
        held = [self.matrix.rows[row].values for row in self._rows(facts, unit)]
        if not held and self._nothing.then is not None:
            return self._nothing
        made = aggregated(self.matrix.aggregate or "", self._named, held)
        return Choice(None, {"values": plain(made)}, None, "matched" if held else "nothing")

    def _only(self, facts: Facts, unit: str) -> Choice:
        rows = self._rows(facts, unit)
        row = next(rows, None)
        if row is None:
            return self._nothing
        choice = self._choices[row]
        if not self._policy.agreeing:
            return choice if next(rows, None) is None else CONFLICT
        said = same(choice.then)
        return choice if all(same(self._choices[row].then) == said for row in rows) else CONFLICT

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


def _names(matrix: Matrix) -> tuple[str, ...]:
    declared = [output.name for output in matrix.outputs]
    said = (name for row in matrix.rows for name, _ in row.values)
    return tuple(declared or dict.fromkeys(said))


def _united(found: Iterator[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*found)


def _measures(conditions: list[Condition]) -> tuple[Measure | Same, ...]:
    found = (measure for condition in conditions for measure in compiler.measures(condition))
    return tuple(dict.fromkeys(found))
