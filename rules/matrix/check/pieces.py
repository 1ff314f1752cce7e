"""The elementary pieces of an attribute: the sets of answers its atoms can have together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any as AnyValue
from typing import NamedTuple

from rules.conditions import Test
from rules.facts import Truth
from rules.matrix.check.lines import numbers
from rules.matrix.check.lists import lists
from rules.matrix.check.samples import (
    BOOLEAN,
    FOLLOWED,
    LIST,
    LOCATION,
    LOOKS,
    NOTHING,
    NUMBER,
    PURE,
    TEXT,
    TUPLES,
    Domain,
    Sample,
    bound,
    is_point,
    reads,
)
from rules.matrix.check.texts import is_loose, texts
from rules.operators.registry import operators
from rules.values import TYPES

USUAL, UNKNOWN, ODD = 0, 1, 2
"""How common a piece is: a value as rows expect it, none that is known, one of another sort."""
_EITHER: tuple[Truth, ...] = (True, False)
_LOOKING = (*LOOKS, "matches")
_ANY: tuple[Truth, ...] = (True, False, None)


class _Reading(NamedTuple):
    """An atom, its check, bound once, and what is known of its operator."""

    atom: Test
    answer: Callable[[AnyValue], Truth]
    point: bool
    pure: bool
    followed: bool
    total: bool
    loose: bool


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
    readings = [_reading(atom, atoms) for atom in atoms]
    for sample in _samples(atoms, domain):
        for piece in _pieces(sample, readings, domain):
            held = best.get(piece.answers)
            if held is None or _cost(piece) < _cost(held):
                best[piece.answers] = piece
    return tuple(sorted(best.values(), key=_cost))


def _reading(atom: Test, atoms: tuple[Test, ...]) -> _Reading:
    point = is_point(atom)
    pure, followed = atom.operator in PURE or point, atom.operator in FOLLOWED or point
    total = operators[atom.operator].total
    return _Reading(atom, bound(atom), point, pure, followed, total, is_loose(atom, atoms))


def _cost(piece: Piece) -> tuple[int, bool]:
    return piece.rank, piece.sample is NOTHING


def _samples(atoms: tuple[Test, ...], domain: Domain) -> Iterator[Sample]:
    """Yield the samples of every sort of value the domain allows, and the unknown."""
    if domain.allows(TEXT):
        yield from texts(atoms, domain)
    if domain.allows(NUMBER):
        yield from numbers(atoms, domain)
    if domain.allows(BOOLEAN):
        yield from (Sample(value, BOOLEAN, alone=True) for value in (True, False))
    if domain.allows(LIST):
        yield from lists(atoms)
    placed = any(LOCATION in operators[atom.operator].kinds for atom in atoms if not _all(atom))
    if domain.kind == LOCATION or (domain.kind is None and placed):
        yield Sample((0.0, 0.0), LOCATION)
    if not domain.known:
        yield Sample(None, "unknown", alone=True)


def _all(atom: Test) -> bool:
    """Tell whether an atom reads every type there is."""
    return set(TYPES) <= set(operators[atom.operator].kinds)


def _pieces(sample: Sample, readings: list[_Reading], domain: Domain) -> Iterator[Piece]:
    """Yield the pieces of a sample: one for each set of answers that cannot be read off it."""
    seen = [_seen(reading, sample) for reading in readings]
    options = [
        _answers(reading, sample, sight) for reading, sight in zip(readings, seen, strict=True)
    ]
    for answers in product(*options):
        value = sample.value if list(answers) == seen else NOTHING
        yield Piece(answers, value, _rank(sample, readings, answers, domain))


def _seen(reading: _Reading, sample: Sample) -> AnyValue:
    """Return what an atom answers on the sample itself, whatever the hour, or ``NOTHING``."""
    timeless = reading.pure or reading.followed or sample.value is None
    if sample.value is NOTHING or not timeless:
        return NOTHING
    return reading.answer(sample.value)


def _answers(reading: _Reading, sample: Sample, seen: AnyValue) -> tuple[Truth, ...]:
    """Return the answers an atom may have in the piece a sample stands for."""
    atom = reading.atom
    if atom in sample.given:
        return (sample.given[atom],)
    if sample.value is None:
        return _ANY if reading.total and not reading.point else (seen,)
    if not reads(atom, sample.sort):
        return (None,)
    if _readable(reading, sample):
        return (seen,)
    return _EITHER if reading.point or atom.operator in _LOOKING else _ANY


def _readable(reading: _Reading, sample: Sample) -> bool:
    """Tell whether what an atom says of the sample it says of the whole piece."""
    if sample.alone:
        return reading.pure
    if sample.value is NOTHING or reading.loose:
        return False
    if sample.sort in TUPLES and not reading.point:
        kinds = operators[reading.atom.operator].kinds
        return reading.followed and sample.sort in kinds
    return reading.followed


def _rank(
    sample: Sample, readings: list[_Reading], answers: tuple[Truth, ...], domain: Domain
) -> int:
    if sample.value is None:
        return UNKNOWN
    pairs = zip(readings, answers, strict=True)
    telling = [seen for reading, seen in pairs if not reading.total]
    known = domain.kind is not None or not telling
    return USUAL if known or any(seen is not None for seen in telling) else ODD
