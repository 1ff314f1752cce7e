"""What everybody would be answered under a draft and under what is in force, counted at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from personalization.flows.contest import Contest
from rules.columns import choices
from rules.columns.choices import Rows
from rules.columns.memberships import totals
from rules.columns.shares import Units
from rules.columns.table import Columns

Numbers = npt.NDArray[np.int64]
MOST_ASKED = 300_000_000
"""Rows times people up to which it is also asked of how many a row is true at all."""


class Ballot(NamedTuple):
    """Who gets which row of the draft, and what each saw and would see, as codes of ``words``.

    ``true``: of how many people each row is true, whatever stands above it; nothing where that
    would take too long. ``name`` returns the profiles of places, ``told`` how it was found out.
    """

    size: int
    rows: Rows
    was: Numbers
    sees: Numbers
    words: tuple[str, ...]
    true: Numbers | None
    name: Callable[[Sequence[int]], list[str]]
    told: Mapping[str, Any]


class Box:
    """Votes gathered part by part; what is seen has the same code in all of them."""

    def __init__(self, contest: Contest, size: int) -> None:
        self.contest = contest
        self.size = size
        self.rows = np.full(size, choices.NOTHING, np.int32)
        self.was = np.zeros(size, np.int64)
        self.sees = np.zeros(size, np.int64)
        self.codes: dict[str, int] = {}
        count = len(contest.new.matrix.matrix.rows)
        self.true = np.zeros(count, np.int64) if count * size <= MOST_ASKED else None

    def put(self, places: Any, columns: Columns, units: Units | None) -> None:
        """Ask some people, whose places in the whole these are."""
        old, new, keys = self.contest.old, self.contest.new, self.contest.keys
        pair = (old.matrix.matrix, new.matrix.matrix)
        # What is seen without a row is the last word, in a conflict the one before it.
        found = choices.difference(*pair, columns, units, keys, (old.seen, new.seen))
        self.rows[places] = found.new
        self.was[places] = self._coded(found.was, found.lists)
        self.sees[places] = self._coded(found.sees, found.lists)
        if self.true is not None and len(self.true):
            for _, bits in choices.holding(pair[1], columns, units, keys):
                self.true += totals(bits, len(self.true))

    def ballot(self, name: Callable[[Sequence[int]], list[str]], told: Mapping[str, Any]) -> Ballot:
        """Return all of it."""
        seen = (self.rows, self.was, self.sees, tuple(self.codes))
        return Ballot(self.size, *seen, self.true, name, told)

    def _coded(self, numbers: Numbers, lists: Mapping[int, tuple[str, ...]]) -> Numbers:
        there = np.unique(numbers)
        table = np.zeros(int(there.max(initial=0)) + 1, np.int64)
        for number in there.tolist():
            said = ", ".join(lists[number])
            table[number] = self.codes.setdefault(said, len(self.codes))
        return table[numbers]
