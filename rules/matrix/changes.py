"""Where a visitor stands among the pieces of a space, and a move in one column in words."""

from __future__ import annotations

from collections.abc import Container
from operator import ne
from typing import NamedTuple

from rules import compiler, wording
from rules.compiler import Keys, measuring, reading
from rules.facts import Facts, Truth
from rules.matrix.check.atoms import ATTRIBUTE, MEASURE, ROLLOUT, SEGMENT, plain
from rules.matrix.check.columns import Column
from rules.matrix.check.samples import Age, bound
from rules.matrix.check.sorts import NOTHING
from rules.matrix.check.space import Space
from rules.matrix.check.witness import conditions, likeliest

Answers = tuple[Truth, ...]
KINDS = ("attribute", "segment", "measure", "condition", "rollout", "switch")
"""What a change may be about; of a condition only its truth is changed, not how."""


class Change(NamedTuple):
    """One thing that would have to be otherwise: what, what was seen, and a value that would do.

    ``value`` is ``None`` for "unknown"; for a condition, and where no value could be given, it is
    the truth that is needed.
    """

    kind: str
    subject: str
    seen: object
    value: object


def standing(space: Space, keys: Keys, facts: Facts, outside: Container[str]) -> list[int]:
    """Return the piece of each column in which a visitor stands, as a mask; 0 for none of them.

    ``outside`` are the rows whose rollout leaves the visitor out.

    >>> from rules.conditions import Member
    >>> standing(Space([Member("vip")], None), {}, Facts(segments={"vip": True}), ())
    [1]
    """
    return [_piece(column, keys, facts, outside) for column in space.columns]


def _piece(column: Column, keys: Keys, facts: Facts, outside: Container[str]) -> int:
    if column.subject.kind == ROLLOUT:
        answers: Answers = (column.subject.of not in outside,)
    else:
        answers = _answers(column, keys, facts)
    pieces = enumerate(column.pieces)
    return next((1 << i for i, piece in pieces if piece.answers == answers), 0)


def _answers(column: Column, keys: Keys, facts: Facts) -> Answers:
    kind, of = column.subject
    atoms = [atom for atom in column.atoms if atom is not None]
    if kind == SEGMENT:
        return (facts.segments.get(of),)
    if kind == MEASURE:
        value = measuring(of, keys)(facts)
        return tuple(bound(atom)(value) for atom in atoms)
    if kind == ATTRIBUTE:
        return tuple(compiler.compile(test, keys)(facts) for test in atoms)
    return (compiler.compile(of, keys)(facts),)


def changes(space: Space, keys: Keys, facts: Facts, place: int, mask: int) -> tuple[Change, ...]:
    """Return a move to some pieces of a column as what would have to be otherwise.

    >>> from rules.conditions import Member
    >>> changes(Space([Member("vip")], None), {}, Facts(), 0, 0b001)
    (Change(kind='segment', subject='vip', seen=None, value=True),)
    """
    column = space.columns[place]
    kind, of = column.subject
    found = likeliest(column, mask)
    if found.sample is NOTHING:
        return _supposed(column, mask, _answers(column, keys, facts))
    if kind == SEGMENT:
        return (Change("segment", of, facts.segments.get(of), found.sample),)
    if kind == ROLLOUT:
        return (Change("rollout", of, not found.sample, found.sample),)
    if kind == MEASURE:
        seen, value = measuring(of, keys)(facts), found.sample
        return (Change("measure", wording.measure(of), plain(of, seen), plain(of, value)),)
    value = facts.now - found.sample.ago if isinstance(found.sample, Age) else found.sample
    return (Change("attribute", of, reading(of)(facts), value),)


def _supposed(column: Column, mask: int, now: Answers) -> tuple[Change, ...]:
    """Return the answers that would have to be others, as few as there are."""
    pieces = [piece.answers for i, piece in enumerate(column.pieces) if mask >> i & 1]
    least = min(pieces, key=lambda answers: sum(map(ne, answers, now)))
    told = zip(conditions(column), now, least, strict=True)
    return tuple(
        Change("condition", words, seen, needed) for words, seen, needed in told if seen != needed
    )
