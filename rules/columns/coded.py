"""Values by their number in a dictionary: texts, booleans, versions, addresses, anything."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from rules.columns.column import Ask, Codes, Column, Mask, Question, always, never

_FEW = 2


class Coded(Column):
    """A dictionary and one code a row; code 0 is the unknown.

    A test is asked once for each entry of the dictionary, never once a row, so that whatever an
    operator does costs the same for a thousand rows and for a million.

    >>> plans = Coded(np.array([1, 2, 0], np.uint8), (None, "free", "pro"))
    >>> plans.known(slice(0, 3)).tolist()
    [True, True, False]
    """

    def __init__(self, codes: Codes, values: Sequence[object]) -> None:
        if not values or values[0] is not None:
            raise ValueError("expected a dictionary that begins with the unknown")
        self._codes = codes
        self._values = values

    def __len__(self) -> int:
        return len(self._codes)

    def known(self, part: slice) -> Mask:
        """Return which rows of a part have a value."""
        known: Mask = self._codes[part] != 0
        return known

    def distinct(self, part: slice) -> tuple[Sequence[object], Codes]:
        """Return the dictionary, and the codes of a part."""
        return self._values, self._codes[part]

    def ask(self, question: Question) -> Ask:
        """Return where the answer is as wanted, by a table from code to answer."""
        table = np.fromiter(map(question.holds, self._values), np.bool_, len(self._values))
        codes = self._codes
        inside, outside = np.flatnonzero(table), np.flatnonzero(~table)
        if not len(inside):
            return never
        if not len(outside):
            return always
        if len(inside) <= _FEW:
            return lambda part: _are(codes[part], inside)
        if len(outside) <= _FEW:
            return lambda part: ~_are(codes[part], outside)
        return lambda part: table.take(codes[part])


def narrowed(codes: npt.ArrayLike, most: int) -> Codes:
    """Return codes from 0 to ``most`` in the narrowest unsigned integers that hold them.

    >>> narrowed([0, 255], 255).dtype.name, narrowed([0], 256).dtype.name
    ('uint8', 'uint16')
    """
    return np.asarray(codes, np.min_scalar_type(most))


def constant(value: object, size: int) -> Coded:
    """Return a column that has one value, or ``None``, in every row, and takes no room.

    >>> len(constant(5, 1_000_000))
    1000000
    """
    codes = np.broadcast_to(np.uint8(value is not None), size)
    return Coded(codes, (None, value))


def flags(inside: Mask, known: Mask | None = None) -> Coded:
    """Return a column of booleans from a mask, unknown where ``known`` is false.

    >>> flags(np.array([True, False])).distinct(slice(0, 2))[1].tolist()
    [2, 1]
    """
    codes = inside.astype(np.uint8) + np.uint8(1)
    if known is not None:
        codes *= known
    return Coded(codes, (None, False, True))


def _are(codes: Codes, sought: Codes) -> Mask:
    mask: Mask = codes == codes.dtype.type(sought[0])
    for code in sought[1:]:
        mask |= codes == codes.dtype.type(code)
    return mask
