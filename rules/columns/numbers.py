"""Numbers and instants as an array, compared without a Python call a row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rules.columns.column import Ask, Codes, Column, Mask, Question, fitting, one_by_one
from rules.columns.intervals import points, tested
from rules.values import scalar

Values = npt.NDArray[np.int64] | npt.NDArray[np.float64]


class Numbers(Column):
    """An array of int64 or of float64, and which of them are known (all, without ``known``).

    A whole number among floats is read as an integer where it fits in 64 bits, and what is not
    finite is unknown, as everywhere. ``ValueError`` for another array, or a mask of another length.

    >>> Numbers(np.array([1.5, 2.0])).distinct(slice(0, 2))[0]
    [1.5, 2]
    """

    def __init__(self, values: Values, known: Mask | None = None) -> None:
        if values.dtype not in (np.int64, np.float64):
            raise ValueError("expected an array of int64 or float64")
        known = fitting(known, len(values))
        if values.dtype == np.float64 and not (finite := np.isfinite(values)).all():
            values = np.where(finite, values, 0.0)
            known = finite if known is None else known & finite
        self._values = values
        self._known = known

    def __len__(self) -> int:
        return len(self._values)

    def known(self, part: slice) -> Mask:
        """Return which rows of a part have a value."""
        if self._known is None:
            return np.ones(part.stop - part.start, np.bool_)
        return self._known[part]

    def distinct(self, part: slice) -> tuple[Sequence[object], Codes]:
        """Return the numbers of a part, each once, and which row has which."""
        values, codes = np.unique(self._values[part], return_inverse=True)
        found: list[object] = [scalar(value) for value in values.tolist()]
        if self._known is None:
            return found, codes
        return [*found, None], np.where(self._known[part], codes, len(found))

    def ask(self, question: Question) -> Ask:
        """Return where the answer is as wanted, by comparing where its turns are known."""
        turns = points(question)
        if turns is None:
            return one_by_one(self, question)
        test = tested(question, turns, self._values.dtype)
        values, known, missing = self._values, self._known, question.holds(None)

        def ask(part: slice) -> Mask:
            mask = test(values[part])
            if known is not None:
                mask &= known[part]
                if missing:
                    mask |= ~known[part]
            return mask

        return ask
