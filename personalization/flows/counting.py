"""A vote in numbers: people by row, and who would change from what to what."""

from __future__ import annotations

from typing import Any

import numpy as np

from personalization.flows.ballot import Ballot
from personalization.flows.contest import Contest
from rules.columns import choices

SHOWN = 5
"""So many people are named of each way to change."""
WAYS = 30
"""So many ways to change are told, the most frequent first."""


def rows(both: Contest, ballot: Ballot) -> dict[str, Any]:
    """Return of each row how many get it and of how many it is true; who gets none, or clashes."""
    matrix = both.new.matrix.matrix
    got = choices.counts(matrix, ballot.rows)
    true = [None] * len(matrix.rows) if ballot.true is None else ballot.true.tolist()
    pairs = {row.id: [got[row.id], held] for row, held in zip(matrix.rows, true, strict=True)}
    return {
        "rows": pairs,
        "nothing": int(np.count_nonzero(ballot.rows == choices.NOTHING)),
        "conflict": int(np.count_nonzero(ballot.rows == choices.CONFLICT)),
    }


def ways(ballot: Ballot) -> dict[str, Any]:
    """Return who changes, and from what to what with how many; every one is in one way."""
    moved = np.flatnonzero(ballot.was != ballot.sees)
    many = max(1, len(ballot.words))
    codes = ballot.was[moved] * many + ballot.sees[moved]
    found, first, counts = np.unique(codes, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    ways = []
    for place in order[:WAYS].tolist():
        was, sees = divmod(int(found[place]), many)
        some = moved[np.flatnonzero(first == place)[:SHOWN]].tolist()
        way = {"from": ballot.words[was], "to": ballot.words[sees], "people": int(counts[place])}
        ways.append({**way, "sample": ballot.name(some)})
    return {"changed": len(moved), "ways": ways, "more_ways": max(0, len(found) - WAYS)}
