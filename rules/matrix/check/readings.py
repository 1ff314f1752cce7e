"""What an atom may answer in the piece of a domain that a sample stands for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any as AnyValue
from typing import NamedTuple

from rules.conditions import Test
from rules.facts import Truth
from rules.matrix.check.samples import Sample, bound, is_point, reads
from rules.matrix.check.sorts import (
    FOLLOWED,
    LOOKS,
    NOTHING,
    PURE,
    TEXT,
    TUPLES,
)
from rules.matrix.check.texts import is_loose
from rules.operators.registry import operators

_EITHER: tuple[Truth, ...] = (True, False)


_LOOKING = (*LOOKS, "matches")


_ANY: tuple[Truth, ...] = (True, False, None)


class Reading(NamedTuple):
    """An atom, its check, bound once, and what is known of its operator."""

    atom: Test
    answer: Callable[[AnyValue], Truth]
    point: bool
    pure: bool
    followed: bool
    total: bool
    loose: bool


def reading(atom: Test, mixed: bool = False) -> Reading:
    """Return an atom, its check bound once; ``mixed`` is whether some of its like regard case.

    >>> reading(Test("traits.age", "at_least", 18)).point
    True
    """
    point = is_point(atom)
    pure, followed = atom.operator in PURE or point, atom.operator in FOLLOWED or point
    total = operators[atom.operator].total
    return Reading(atom, bound(atom), point, pure, followed, total, is_loose(atom, mixed))


def sight(reading: Reading, sample: Sample) -> AnyValue:
    """Return what an atom answers on the sample itself, whatever the hour, or ``NOTHING``.

    >>> sight(reading(Test("traits.age", "at_least", 18)), Sample(20, "number"))
    True
    """
    timeless = reading.pure or reading.followed or sample.value is None
    if sample.value is NOTHING or not timeless:
        return NOTHING
    return reading.answer(sample.value)


def options(reading: Reading, sample: Sample, seen: AnyValue) -> tuple[Truth, ...]:
    """Return the answers an atom may have in the piece a sample stands for; ``seen`` is its sight.

    >>> options(reading(Test("traits.age", "at_least", 18)), Sample("x", "string"), None)
    (None,)
    """
    atom = reading.atom
    if sample.given and atom in sample.given:
        return (sample.given[atom],)
    if sample.value is None:
        return _ANY if reading.total and not reading.point else (seen,)
    if not reads(atom, sample.sort):
        return (None,)
    if _readable(reading, sample):
        return (seen,)
    return _EITHER if reading.point or atom.operator in _LOOKING else _ANY


def _readable(reading: Reading, sample: Sample) -> bool:
    """Tell whether what an atom says of the sample it says of the whole piece."""
    if sample.alone:
        return reading.pure
    if sample.value is NOTHING or (reading.loose and sample.sort == TEXT):
        return False
    if sample.sort in TUPLES and not reading.point:
        kinds = operators[reading.atom.operator].kinds
        return reading.followed and sample.sort in kinds
    return reading.followed
