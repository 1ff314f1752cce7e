"""A column of the checker: the elementary pieces of one thing that rows ask about, as bits.

Source of the method: boxes over elementary intervals (T. V. Lakshman, D. Stiliadis, 1998), where
what is unknown is a piece of its own (Kleene's third value).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from rules.conditions import Test
from rules.matrix.check.atoms import Subject
from rules.matrix.check.pieces import ODD, UNKNOWN, USUAL, Piece, pieces
from rules.matrix.check.samples import Domain, is_point, points
from rules.matrix.check.sorts import NOTHING

_MOST_KEPT = 4_000
"""Values times atoms up to which a column is kept for the next check, so that memory is bounded."""


class Column(NamedTuple):
    """One subject's atoms and pieces; bit *i* of a mask stands for piece *i*.

    ``true`` and ``false`` hold the mask of each atom. ``usual``, ``likely`` and ``proven`` are the
    pieces rows expect, those and the unknown, and those with a sample.
    """

    subject: Subject
    atoms: tuple[Test | None, ...]
    pieces: tuple[Piece, ...]
    true: tuple[int, ...]
    false: tuple[int, ...]
    full: int
    usual: int
    likely: int
    proven: int


@lru_cache(maxsize=4_096)
def of_answers(subject: Subject, unsure: bool, real: bool) -> Column:
    """Return the column of what is only true, false or (``unsure``) unknown.

    ``real`` is whether a visitor can be given the answer itself, as with a segment.

    >>> bin(of_answers(Subject("segment", "vip"), True, True).full)
    '0b111'
    """
    truths = ((True, USUAL), (False, USUAL), *(((None, UNKNOWN),) if unsure else ()))
    found = (Piece((seen,), seen if real else NOTHING, rank) for seen, rank in truths)
    return _column(subject, (None,), tuple(found))


def of_values(subject: Subject, atoms: tuple[Test, ...], domain: Domain) -> Column:
    """Return the column of an attribute or a measure: values that no atom tells apart are one.

    >>> atom = Test("traits.age", "at_least", 18)
    >>> found = of_values(Subject("attribute", "traits.age"), (atom,), Domain("number"))
    >>> [piece.sample for piece in found.pieces], bin(found.true[0]), bin(found.false[0])
    ([17, 18, None], '0b10', '0b1')
    """
    named = sum(len(points(atom)) if is_point(atom) else 1 for atom in atoms)
    if named * len(atoms) > _MOST_KEPT:
        return _column(subject, atoms, pieces(atoms, domain))
    return _kept(subject, atoms, domain)


@lru_cache(maxsize=512)
def _kept(subject: Subject, atoms: tuple[Test, ...], domain: Domain) -> Column:
    return _column(subject, atoms, pieces(atoms, domain))


def _column(subject: Subject, atoms: tuple[Test | None, ...], found: tuple[Piece, ...]) -> Column:
    places = range(len(atoms))
    return Column(
        subject,
        atoms,
        found,
        tuple(_mask(piece.answers[k] is True for piece in found) for k in places),
        tuple(_mask(piece.answers[k] is False for piece in found) for k in places),
        (1 << len(found)) - 1,
        _mask(piece.rank == USUAL for piece in found),
        _mask(piece.rank < ODD for piece in found),
        _mask(piece.sample is not NOTHING for piece in found),
    )


def _mask(holds: Iterable[bool]) -> int:
    return sum(1 << i for i, held in enumerate(holds) if held)
