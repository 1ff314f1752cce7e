"""Counts over nested spans: who did something often today did it this week."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations

from rules.conditions import Measure, Test
from rules.matrix.check.atoms import (
    MEASURE,
    Subject,
    counted,
)
from rules.matrix.check.samples import points


def count_alike(atoms: dict[Subject, list[Test]]) -> None:
    """Ask counts over nested spans at each other's numbers, so that the two can be compared.

    >>> count_alike({})
    """
    named: dict[Subject, set[int]] = {}
    for pair in nested(atoms):
        numbers = {p for subject in pair for atom in atoms[subject] for p in points(atom)}
        whole = {number for number in numbers if type(number) is int}
        for subject in pair:
            named.setdefault(subject, set()).update(n + more for n in whole for more in (0, 1))
    for subject, numbers in named.items():
        extra = (Test("", "at_least", number) for number in sorted(numbers))
        atoms[subject] = list(dict.fromkeys((*atoms[subject], *extra)))


def nested(subjects: Iterable[Subject]) -> Iterable[tuple[Subject, Subject]]:
    """Return the pairs of counts of which the second counts all the first does, and more.

    >>> nested([])
    []
    """
    counts = [one for one in subjects if one.kind == MEASURE and counted(one.of)]
    return [(one, other) for one, other in permutations(counts, 2) if _within(one.of, other.of)]


def _within(short: Measure, long: Measure) -> bool:
    alike = (short.event, short.where, short.kind, short.path) == (
        *(long.event, long.where, long.kind),
        long.path,
    )
    return alike and _reach(short) is not None and _reach(long) is not None and (
        (_reach(short) or 0) < (_reach(long) or 0)
    )  # fmt: skip


def _reach(measure: Measure) -> float | None:
    """Return how far back a measure looks from now, ``None`` for other spans."""
    span = measure.span
    if span.offset or span.since is not None or span.until is not None or span.in_session:
        return None
    return float("inf") if span.length is None else span.length
