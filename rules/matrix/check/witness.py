"""A point of the space as a visitor: one value of each piece, the likeliest first."""

from __future__ import annotations

from rules import wording
from rules.compiler import NOW
from rules.conditions import EventTest
from rules.facts import Truth
from rules.matrix.check.atoms import ATTRIBUTE, MEASURE, ROLLOUT, SEGMENT, plain
from rules.matrix.check.columns import Column
from rules.matrix.check.pieces import Piece
from rules.matrix.check.samples import Age
from rules.matrix.check.sorts import NOTHING
from rules.matrix.check.space import Space
from rules.matrix.check.visitors import Visitor

MIDDAY = 1_767_268_800_000_000
"""The instant of a visitor for whom it does not matter: 2026-01-01 12:00 UTC."""


def visitor(space: Space, point: list[int], now: int | None = None) -> Visitor:
    """Return somebody who stands at a point; columns that are open there are left out.

    >>> from rules.conditions import Member
    >>> space = Space([Member("vip")], None)
    >>> visitor(space, [0b010]).segments
    {'vip': False}
    """
    attributes: dict[str, object] = {}
    segments: dict[str, bool | None] = {}
    measures: dict[str, object] = {}
    supposed: dict[str, Truth] = {}
    outside: list[str] = []
    for column, mask in zip(space.columns, point, strict=True):
        if mask == column.full:
            continue
        kind, of = column.subject
        found = likeliest(column, mask)
        if found.sample is NOTHING:
            supposed |= _supposed(column, found)
        elif kind == SEGMENT:
            segments[of] = found.sample
        elif kind == ROLLOUT:
            outside += [] if found.sample else [of]
        elif kind == MEASURE:
            measures[wording.measure(of)] = plain(of, found.sample)
        else:
            attributes[of] = found.sample
    at = attributes.pop(NOW, MIDDAY if now is None else now)
    assert isinstance(at, int)
    told = {path: at - v.ago if isinstance(v, Age) else v for path, v in attributes.items()}
    return Visitor(told, segments, measures, supposed, tuple(outside), at)


def likeliest(column: Column, mask: int) -> Piece:
    """Return the most usual piece of a mask, one with a value before one without.

    >>> from rules.matrix.check.atoms import Subject
    >>> from rules.matrix.check.columns import of_answers
    >>> likeliest(of_answers(Subject(SEGMENT, "vip"), True, True), 0b110).sample
    False
    """
    best = next(m for m in (mask & column.proven & column.usual, mask & column.proven, mask) if m)
    return column.pieces[(best & -best).bit_length() - 1]


def conditions(column: Column) -> tuple[str, ...]:
    """Return the atoms of a column in words.

    >>> from rules.matrix.check.atoms import Subject
    >>> from rules.matrix.check.columns import of_answers
    >>> from rules.conditions import HasBeen, Member
    >>> len(conditions(of_answers(Subject("opaque", HasBeen(Member("vip"), 60)), True, False)))
    1
    """
    kind, of = column.subject
    atoms = [atom for atom in column.atoms if atom is not None]
    if kind == ATTRIBUTE:
        return tuple(wording.words(atom) for atom in atoms)
    if kind == MEASURE:
        tests = (EventTest(of, atom.operator, plain(of, atom.value)) for atom in atoms)
        return tuple(wording.words(test) for test in tests)
    return (wording.words(of),)


def _supposed(column: Column, found: Piece) -> dict[str, Truth]:
    """Return what must be true or false of the visitor, in words."""
    return dict(zip(conditions(column), found.answers, strict=True))
