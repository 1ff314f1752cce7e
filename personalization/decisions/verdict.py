"""A verdict: what a slot's matrix says for one visitor, before anything is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rules.matrix.compiled import Compiled
from rules.matrix.document import Matrix, Row

WHOLE = 100
"""Percent of a row that is rolled out to everybody."""
TARGETED = "TARGETING_MATCH"
SHARED = "SPLIT"
"""The reason of a row that is rolled out to a share."""


class Verdict(NamedTuple):
    """Which variants, because of which row of which revision, and the reason's word.

    ``experiment`` is the one a row of a draft leaves it to; nothing in force has any yet.
    """

    variants: tuple[str, ...] = ()
    row: str | None = None
    revision: int | None = None
    reason: str = "DEFAULT"
    experiment: str | None = None


FAILED = Verdict(reason="ERROR")
"""The verdict where deciding failed."""
NONE = Verdict()
"""The verdict where there is no matrix: the fallback."""


REASONS = {"nothing": "DEFAULT", "conflict": "ERROR"}
"""A matrix's words for why it chose nothing, as the wire says them."""


def verdicts(revision: int, matrix: Compiled) -> tuple[Verdict, ...]:
    """Return the verdict of every row of a matrix, made once."""
    return tuple(_verdict(revision, row) for row in matrix.matrix.rows)


def experiment(name: str) -> str:
    """Return an experiment as it stands among what people see: no variant has a blank in it.

    >>> experiment("hero-test")
    'experiment hero-test'
    """
    return f"experiment {name}"


def seen(row: Row) -> str:
    """Return what people see of a row, were experiments run: its variant, or its experiment."""
    return experiment(row.experiment) if row.experiment else row.variant


def experiments(matrix: Matrix) -> set[str]:
    """Return the experiments of a matrix as they stand among what people see."""
    return {seen(row) for row in matrix.rows if row.experiment}


def _verdict(revision: int, row: Row) -> Verdict:
    shown = () if row.experiment else (row.variant,)
    reason = TARGETED if row.rollout >= WHOLE else SHARED
    return Verdict(shown, row.id, revision, reason, row.experiment or None)


def of_all(found: Sequence[Verdict], revision: int) -> Verdict:
    """Return all that a collecting matrix chose, as one verdict for a list."""
    variants = tuple(dict.fromkeys(slug for verdict in found for slug in verdict.variants))
    tried = next((verdict.experiment for verdict in found if verdict.experiment), None)
    if not variants:
        return Verdict((), None, revision, "DEFAULT", tried)
    return Verdict(variants, found[0].row, revision, found[0].reason, tried)
