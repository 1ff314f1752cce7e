"""The elementary pieces of an attribute: the sets of answers its atoms can have together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any as AnyValue
from typing import NamedTuple

from rules.conditions import Test
from rules.facts import Truth
from rules.matrix.check.lines import numbers
from rules.matrix.check.lists import lists
from rules.matrix.check.readings import Reading, options, reading, sight
from rules.matrix.check.samples import Age, Domain, Sample, located, reads
from rules.matrix.check.sorts import (
    BOOLEAN,
    LIST,
    LOCATION,
    NOTHING,
    NUMBER,
    TEXT,
)
from rules.matrix.check.texts import mixed, texts

USUAL, UNKNOWN, ODD = 0, 1, 2
"""How common a piece is: a value as rows expect it, none that is known, one of another sort."""


class Piece(NamedTuple):
    """What each atom answers here, a value that has these answers, and how common it is."""

    answers: tuple[Truth, ...]
    sample: AnyValue
    rank: int


def pieces(atoms: tuple[Test, ...], domain: Domain) -> tuple[Piece, ...]:
    """Return the pieces of a domain, the usual ones first, other sorts of values last.

    >>> [piece.sample for piece in pieces((Test("traits.plan", "equals", "pro"),), Domain())]
    ['pro', 'other', None]
    """
    best: dict[tuple[Truth, ...], Piece] = {}
    loose = mixed(atom for atom in atoms if reads(atom, TEXT))
    readings = [reading(atom, loose) for atom in atoms]
    for sample in _samples(atoms, domain):
        for piece in _pieces(sample, readings, domain):
            held = best.get(piece.answers)
            if held is None or _cost(piece) < _cost(held):
                best[piece.answers] = piece
    return tuple(sorted(best.values(), key=_cost))


def _cost(piece: Piece) -> tuple[int, bool]:
    return piece.rank, piece.sample is NOTHING


def _samples(atoms: tuple[Test, ...], domain: Domain) -> Iterator[Sample]:
    """Yield the samples of every sort of value the domain allows, and the unknown."""
    if domain.allows(TEXT):
        yield from texts(atoms, domain)
    if domain.allows(NUMBER):
        yield from numbers(atoms, domain)
    if domain.allows(BOOLEAN):
        yield from (Sample(value, BOOLEAN) for value in (True, False))
    if domain.allows(LIST):
        yield from lists(atoms)
    if located(atoms, domain):
        yield Sample((0.0, 0.0), LOCATION)
    if not domain.known:
        yield Sample(None, "unknown", alone=True)


def _pieces(sample: Sample, readings: list[Reading], domain: Domain) -> Iterator[Piece]:
    """Yield the pieces of a sample: one for each set of answers that cannot be read off it.

    An age is another instant at every moment: where an answer is not in the age alone, no value
    stands for the piece.
    """
    seen = [sight(each, sample) for each in readings]
    pairs = zip(readings, seen, strict=True)
    told = list(product(*(options(each, sample, sees) for each, sees in pairs)))
    fleeting = isinstance(sample.value, Age) and len(told) > 1
    for answers in told:
        value = sample.value if list(answers) == seen and not fleeting else NOTHING
        yield Piece(answers, value, _rank(sample, readings, answers, domain))


def _rank(
    sample: Sample, readings: list[Reading], answers: tuple[Truth, ...], domain: Domain
) -> int:
    if sample.value is None:
        return UNKNOWN
    pairs = zip(readings, answers, strict=True)
    telling = [seen for reading, seen in pairs if not reading.total]
    known = domain.kind is not None or not telling
    return USUAL if known or any(seen is not None for seen in telling) else ODD
