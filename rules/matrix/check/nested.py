"""Counts over nested spans: who did something often today did it this week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any as AnyValue

from rules.conditions import Measure, Test
from rules.matrix.check.atoms import (
    MEASURE,
    Subject,
    counted,
)
from rules.matrix.check.samples import points
from rules.windows.begun import moves

MOST_ASKED = 10_000
"""Counts times numbers beyond which counts over nested spans are not compared."""


def count_alike(atoms: dict[Subject, list[Test]]) -> set[Subject]:
    """Ask counts over nested spans at each other's numbers, so that the two can be compared.

    Return those of which there are too many: what they answer is not followed.

    >>> count_alike({})
    set()
    """
    beyond: set[Subject] = set()
    for nest in nests(atoms):
        numbers = {p for subject in nest for atom in atoms[subject] for p in points(atom)}
        asked = sorted({n + more for n in numbers if type(n) is int for more in (0, 1)})
        if len(nest) * len(asked) > MOST_ASKED:
            beyond |= set(nest)
            continue
        extra = [Test("", "at_least", number) for number in asked]
        for subject in nest:
            atoms[subject] = list(dict.fromkeys((*atoms[subject], *extra)))
    return beyond


def nested(subjects: Iterable[Subject]) -> Iterator[tuple[Subject, Subject]]:
    """Yield the pairs of counts of which the second counts all the first does, and more.

    What follows from two pairs is not told again.

    >>> list(nested([]))
    []
    """
    for nest in nests(subjects):
        yield from pairwise(nest)


def nests(subjects: Iterable[Subject]) -> Iterator[list[Subject]]:
    """Yield the counts that differ in their span alone, two or more, the shortest span first.

    >>> list(nests([]))
    []
    """
    found: dict[AnyValue, list[tuple[float, Subject]]] = {}
    for subject in subjects:
        if subject.kind != MEASURE or not counted(subject.of):
            continue
        of, length = subject.of, _reach(subject.of)
        if length is not None:
            alike = found.setdefault((of.event, of.where, of.kind, of.path), [])
            alike.append((length, subject))
    for held in found.values():
        if len(held) > 1:
            yield [subject for _, subject in sorted(held, key=lambda pair: pair[0])]


def _reach(measure: Measure) -> float | None:
    """Return how far back a measure looks from now, ``None`` for other spans."""
    span = measure.span
    if span.offset or span.since is not None or span.until is not None or moves(span):
        return None
    return float("inf") if span.length is None else span.length
