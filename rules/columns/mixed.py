"""Several kinds of values under one attribute: a number here, a text there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_

import numpy as np

from rules.columns.column import Ask, Codes, Column, Mask, Question


class Mixed(Column):
    """Columns of the same length of which at most one knows a value in each row."""

    def __init__(self, kinds: Sequence[Column]) -> None:
        if len({len(kind) for kind in kinds}) != 1:
            raise ValueError("expected columns of one length")
        self._kinds = tuple(kinds)

    def __len__(self) -> int:
        return len(self._kinds[0])

    def known(self, part: slice) -> Mask:
        """Return which rows of a part have a value of any kind."""
        return reduce(or_, (kind.known(part) for kind in self._kinds))

    def distinct(self, part: slice) -> tuple[Sequence[object], Codes]:
        """Return the values of all kinds, the unknown first, and which row has which."""
        values: list[object] = [None]
        codes = np.zeros(part.stop - part.start, np.intp)
        for kind in self._kinds:
            own, places = kind.distinct(part)
            known = kind.known(part)
            codes[known] = places[known].astype(np.intp) + len(values)
            values += own
        return values, codes

    def ask(self, question: Question) -> Ask:
        """Return where the answer is as wanted, each kind asked in its own way."""
        asks = [(kind, kind.ask(question)) for kind in self._kinds]
        missing = question.holds(None)

        def ask(part: slice) -> Mask:
            mask = reduce(or_, (ask(part) & kind.known(part) for kind, ask in asks))
            return mask | ~self.known(part) if missing else mask

        return ask
