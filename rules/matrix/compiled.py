"""A matrix compiled for deciding: an immutable value, swapped whole when a new one is published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from rules.compiler import Keys
from rules.conditions import Windowed
from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix.document import Matrix, Row
from rules.matrix.explanation import explain
from rules.matrix.outcome import plain, same
from rules.matrix.parts import Part, edited, parts
from rules.matrix.policies import POLICIES, aggregated, ranks


@dataclass(slots=True, frozen=True)
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


_Made = tuple[Sequence[Part], tuple[Choice, ...]] | None
CONFLICT = Choice(None, None, None, "conflict")


class Compiled:
    """A matrix ready to decide, in a few microseconds, and to explain itself when asked.

    It never changes: an edit gives another one, whose ``version`` is one higher, and compiles only
    the part of the rows it touched.
    """

    def __init__(self, matrix: Matrix, keys: Keys, version: int = 1, made: _Made = None) -> None:
        self.matrix = matrix
        self.keys = keys
        self.version = version
        self._policy = POLICIES[matrix.hit_policy]
        self._order = _order(matrix)
        rows = [matrix.rows[row] for row in self._order]
        self._parts, choices = (parts(rows, keys), ()) if made is None else made
        starts = accumulate((len(part.rows) for part in self._parts), initial=0)
        self._blocks = tuple((start, part.block) for start, part in zip(starts, self._parts))  # noqa: B905
        self._choices = choices or tuple(map(_choice, rows, self._order))
        self._nothing = _nothing(matrix)

    @cached_property
    def attributes(self) -> frozenset[str]:
        """What its enabled rows need to know of a profile."""
        return frozenset().union(*(part.needs[0] for part in self._parts))

    @cached_property
    def segments(self) -> frozenset[str]:
        """The segments whose members its enabled rows ask for."""
        return frozenset().union(*(part.needs[1] for part in self._parts))

    @cached_property
    def measures(self) -> tuple[Windowed, ...]:
        """The live windows its enabled rows read, each once."""
        return tuple(dict.fromkeys(measure for part in self._parts for measure in part.needs[2]))

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
        for start, block in self._blocks:
            row = block.first(facts, unit)
            if row is not None:
                return self._choices[start + row]
        return self._nothing

    def collect(self, facts: Facts, unit: str, limit: int | None = None) -> tuple[Choice, ...]:
        """Return the choices of all rows that hold, in order, at most ``limit`` (the matrix's)."""
        return tuple(self._found(facts, unit, self.matrix.limit if limit is None else limit))

    def explain(self, facts: Facts, unit: str) -> list[dict[str, object]]:
        """Return, row by row, what became of it and what each leaf of its condition saw.

        Where a policy takes several rows all those it takes are marked as chosen, up to the limit;
        with an aggregate all it is made of.
        """
        if self.matrix.aggregate is not None:
            chosen: Sequence[Choice] = self._found(facts, unit, len(self._choices))
        elif self._policy.several:
            chosen = self.collect(facts, unit)
        else:
            chosen = [self.decide(facts, unit)]
        places = [choice.index for choice in chosen if choice.index is not None]
        return explain(self.matrix, self.keys, facts, unit, places)

    def replace(self, row: Row) -> Compiled:
        """Return the matrix with another row in the place of the one that has its id.

        It takes a row as ``document.parse_row`` returns it, and a few milliseconds at 10,000 rows.
        ``InvalidError`` where no row has the id.
        """
        at = self._place(row.id)
        rows = self.matrix.rows
        return self._edited((*rows[:at], row, *rows[at + 1 :]), at, at)

    def insert(self, row: Row, at: int | None = None) -> Compiled:
        """Return the matrix with one row more, before the ``at``-th or as the last."""
        rows = self.matrix.rows
        if any(other.id == row.id for other in rows):
            raise InvalidError("/id", "duplicate", "expected an id no other row has")
        at = len(rows) if at is None else min(max(at, 0), len(rows))
        return self._edited((*rows[:at], row, *rows[at:]), None, at)

    def remove(self, name: str) -> Compiled:
        """Return the matrix without the row of this id; ``InvalidError`` where no row has it."""
        at = self._place(name)
        rows = self.matrix.rows
        return self._edited((*rows[:at], *rows[at + 1 :]), at, None)

    def move(self, name: str, at: int) -> Compiled:
        """Return the matrix with the row of this id as its ``at``-th."""
        place = self._place(name)
        rows = list(self.matrix.rows)
        at = min(max(at, 0), len(rows) - 1)
        rows.insert(at, rows.pop(place))
        return self._edited(tuple(rows), place, at)

    def _edited(self, rows: tuple[Row, ...], old: int | None, new: int | None) -> Compiled:
        """Return the matrix of these rows, where the ``old``-th went and the ``new``-th came."""
        matrix = replace(self.matrix, rows=rows)
        made, choices = self._parts, self._choices
        gone = None if old is None else self._order.index(old)
        come = None if new is None else _order(matrix).index(new)
        if gone is not None and gone == come and old == new:
            row = rows[new or 0]
            made = edited(made, gone, gone + 1, (row,), self.keys)
            choices = (*choices[:gone], _choice(row, new or 0), *choices[gone + 1 :])
        else:
            choices = ()
            if gone is not None:
                made = edited(made, gone, gone + 1, (), self.keys)
            if come is not None:
                made = edited(made, come, come, (rows[new or 0],), self.keys)
        return Compiled(matrix, self.keys, self.version + 1, (made, choices))

    def _place(self, name: str) -> int:
        for at, row in enumerate(self.matrix.rows):
            if row.id == name:
                return at
        raise InvalidError("/id", "unknown", "expected the id of a row of this matrix")

    def _found(self, facts: Facts, unit: str, most: int) -> list[Choice]:
        found: list[Choice] = []
        choices = self._choices
        for start, block in self._blocks:
            if len(found) >= most:
                break
            rows = block.rows(facts, unit, most - len(found))
            found += [choices[start + row] for row in rows]
        return found

    def _aggregated(self, facts: Facts, unit: str) -> Choice:
        choices = self._found(facts, unit, len(self._choices))
        if not choices and self._nothing.then is not None:
            return self._nothing
        held = [self.matrix.rows[choice.index or 0].values for choice in choices]
        made = aggregated(self.matrix.aggregate or "", self._names, held)
        return Choice(None, {"values": plain(made)}, None, "matched" if held else "nothing")

    def _only(self, facts: Facts, unit: str) -> Choice:
        agreeing = self._policy.agreeing
        found = self._found(facts, unit, len(self._choices) if agreeing else 2)
        if not found:
            return self._nothing
        if len(found) == 1 or (agreeing and len({same(choice.then) for choice in found}) == 1):
            return found[0]
        return CONFLICT

    @cached_property
    def _names(self) -> tuple[str, ...]:
        declared = [output.name for output in self.matrix.outputs]
        said = (name for row in self.matrix.rows for name, _ in row.values)
        return tuple(declared or dict.fromkeys(said))


def compile(matrix: Matrix, keys: Keys) -> Compiled:  # noqa: A001 the word of the field
    """Return the matrix compiled; ``keys`` must know every measure of its enabled rows.

    ``InvalidError`` for conditions that are not run by this version.

    >>> from rules.conditions import Member
    >>> compiled = compile(Matrix((Row("a", Member("vip"), "gold"),)), {})
    >>> compiled.decide(Facts(segments={"vip": True}), "visitor-1").then
    {'variant': 'gold'}
    >>> silver = compiled.replace(Row("a", Member("vip"), "silver"))
    >>> silver.version, silver.decide(Facts(segments={"vip": True}), "visitor-1").then
    (2, {'variant': 'silver'})
    """
    return Compiled(matrix, keys)


def _choice(row: Row, index: int) -> Choice:
    return Choice(row.id, row.then(), index, "matched")


def _order(matrix: Matrix) -> Sequence[int]:
    if not POLICIES[matrix.hit_policy].ranked:
        return range(len(matrix.rows))
    priorities = [row.priority for row in matrix.rows]
    return ranks(priorities, [row.values for row in matrix.rows], matrix.outputs)


def _nothing(matrix: Matrix) -> Choice:
    defaults = [(out.name, out.default) for out in matrix.outputs if out.default is not None]
    then: dict[str, object] = {"values": plain(tuple(defaults))}
    return Choice(None, then if defaults else None, None, "nothing")
