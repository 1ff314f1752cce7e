"""Samples of numbers and instants: every named point, and a value in every gap between two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from math import ceil, floor, inf, isfinite, nextafter

from rules.conditions import Test
from rules.matrix.check.samples import Age, Domain, Sample, is_point, points, truth
from rules.matrix.check.sorts import NOTHING, NUMBER, RELATIVE

_LOWEST, _HIGHEST = -(2**63), 2**63 - 1
"""The least and the greatest whole number there is; beyond them there are fractions alone."""
_NUMBERS = (int, float)
_AHEAD = ("within_next", "further_than")


def numbers(atoms: Iterable[Test], domain: Domain) -> Iterator[Sample]:
    """Yield a sample of every piece of the line that the atoms tell apart.

    Tests against now are another line, that of the age. Where an attribute is asked about on both,
    every pair of pieces is possible, and no value is given.

    >>> atoms = [Test("traits.age", "at_least", 18)]
    >>> [sample.value for sample in numbers(atoms, Domain("number", whole=True))]
    [17, 18, 19]
    """
    atoms = list(atoms)
    aged = [atom for atom in atoms if atom.operator in RELATIVE]
    named = {p for a in atoms if is_point(a) for p in points(a) if type(p) in _NUMBERS}
    line = list(_line(sorted(named), domain))
    if not aged:
        yield from (Sample(value, NUMBER, alone=value in named) for value in line)
        return
    ages = [Age(age) for age in _ages(aged)]
    if not named:
        yield from (Sample(age, NUMBER) for age in ages)
        return
    placed = [atom for atom in atoms if is_point(atom)]
    for value in line:
        seen = {atom: truth(atom, value) for atom in placed}
        for age in ages:
            yield Sample(NOTHING, NUMBER, seen | {atom: truth(atom, age) for atom in aged})


def _ages(atoms: list[Test]) -> Iterator[int]:
    """Yield an age of every piece: each test answers otherwise from an age on that it names."""
    named: set[int] = {0}
    for atom in atoms:
        assert isinstance(atom.value, int)
        named.add(-atom.value if atom.operator in _AHEAD else atom.value)
    yield min(named) - 1
    yield from sorted(named)


def _line(named: list[float], domain: Domain) -> Iterator[float]:
    found: list[float | None] = [] if named else [1]
    found += [_below(point, domain.whole) for point in named[:1]]
    for first, second in pairwise(named):
        found += [first, _between(first, second, domain.whole)]
    for point in named[-1:]:
        found += [point, _above(point, domain.whole)]
    found += [domain.least, domain.most]
    yield from dict.fromkeys(v for v in found if v is not None and _allowed(v, domain))


def _allowed(value: float, domain: Domain) -> bool:
    if domain.whole and not float(value).is_integer():
        return False
    above = domain.least is None or value >= domain.least
    return above and (domain.most is None or value <= domain.most)


def _below(point: float, whole: bool) -> float | None:
    lower = min(ceil(point) - 1, _HIGHEST)
    return lower if lower >= _LOWEST else _beside(point, -inf, whole)


def _above(point: float, whole: bool) -> float | None:
    upper = max(floor(point) + 1, _LOWEST)
    return upper if upper <= _HIGHEST else _beside(point, inf, whole)


def _beside(point: float, way: float, whole: bool) -> float | None:
    found = nextafter(point, way)
    return found if isfinite(found) and not whole else None


def _between(low: float, high: float, whole: bool) -> float | None:
    """Return a value strictly between two, a whole one where there is one, else ``None``."""
    upper = max(floor(low) + 1, _LOWEST)
    if upper < high and upper <= _HIGHEST:
        return upper
    middle = low / 2 + high / 2
    return middle if low < middle < high and not whole else None
