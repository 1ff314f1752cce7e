"""Who is in a share of everybody, for many units at once: the same hash, worked out in arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rules.allocation import fnv1a32, position
from rules.columns.column import Mask

_PRIME = np.uint32(0x01000193)
_OFFSET = np.uint32(0x811C9DC5)
_LONGEST = 128
_GRID = 10_000
_WHOLE = 100
_DIGITS = 10
_ZERO = np.uint32(ord("0"))
Hashes = npt.NDArray[np.uint32]


class Units:
    """The units of many profiles, laid out letter by letter; what is not plain is hashed alone.

    Plain is ASCII of at most 128 characters. Source: ``rules.allocation``.

    >>> Units(["visitor-1", "visitor-3"]).included("hero", 50).tolist()
    [True, False]
    """

    def __init__(self, units: Sequence[str]) -> None:
        self._size = len(units)
        self._strange = {row: unit for row, unit in enumerate(units) if not _plain(unit)}
        plain = [b"" if row in self._strange else unit.encode() for row, unit in enumerate(units)]
        self._lengths = np.fromiter(map(len, plain), np.int64, len(plain))
        width = max(1, int(self._lengths.max(initial=0)))
        letters = np.array(plain, f"S{width}").view(np.uint8).reshape(len(plain), width)
        self._letters: npt.NDArray[Any] = np.ascontiguousarray(letters.T)
        self._alike = bool((self._lengths == width).all())

    def included(self, seed: str, percent: float) -> Mask:
        """Return who is among this percentage under a seed, as ``rules.allocation.included``."""
        hashes = np.full(self._size, fnv1a32(seed), np.uint32)
        for place, letter in enumerate(self._letters):
            if self._alike:
                hashes ^= letter
                hashes *= _PRIME
            else:
                np.copyto(hashes, (hashes ^ letter) * _PRIME, where=self._lengths > place)
        places = _of_decimal(hashes) % np.uint32(_GRID) / _GRID
        for row, unit in self._strange.items():
            places[row] = position(seed, unit)
        mask: Mask = places * _WHOLE < percent
        return mask


def _plain(unit: str) -> bool:
    return unit.isascii() and len(unit) <= _LONGEST


def _of_decimal(numbers: Hashes) -> Hashes:
    """Return the hash of each number written in decimal, without leading zeros."""
    hashes = np.full(len(numbers), _OFFSET, np.uint32)
    for power in range(_DIGITS - 1, -1, -1):
        value = np.uint32(10**power)
        digit = numbers // value % np.uint32(10) + _ZERO
        written = (numbers >= value) if power else np.True_
        np.copyto(hashes, (hashes ^ digit) * _PRIME, where=written)
    return hashes
