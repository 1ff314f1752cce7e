"""A verdict: what a slot's matrix says for one visitor, before anything is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rules.matrix.compiled import Compiled

WHOLE = 100
"""Percent of a row that is rolled out to everybody."""
TARGETED = "TARGETING_MATCH"
SHARED = "SPLIT"
"""The reason of a row that is rolled out to a share."""


class Verdict(NamedTuple):
    """Which variants, because of which row of which revision, and the reason's word."""

    variants: tuple[str, ...] = ()
    row: str | None = None
    revision: int | None = None
    reason: str = "DEFAULT"


FAILED = Verdict(reason="ERROR")
"""The verdict where deciding failed."""
NONE = Verdict()
"""The verdict where there is no matrix: the fallback."""


REASONS = {"nothing": "DEFAULT", "conflict": "ERROR"}
"""A matrix's words for why it chose nothing, as the wire says them."""


def verdicts(revision: int, matrix: Compiled) -> tuple[Verdict, ...]:
    """Return the verdict of every row of a matrix, made once."""
    return tuple(
        Verdict((row.variant,), row.id, revision, TARGETED if row.rollout >= WHOLE else SHARED)
        for row in matrix.matrix.rows
    )


def of_all(found: Sequence[Verdict], revision: int) -> Verdict:
    """Return all that a collecting matrix chose, as one verdict for a list."""
    variants = tuple(dict.fromkeys(slug for verdict in found for slug in verdict.variants))
    if not variants:
        return Verdict((), None, revision, "DEFAULT")
    return Verdict(variants, found[0].row, revision, found[0].reason)
