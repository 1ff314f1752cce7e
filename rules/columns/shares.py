"""Who is in a share of everybody, for many units at once: the same hash, worked out in arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from rules.allocation import fnv1a32, position
from rules.columns.column import Mask

_PRIME = np.uint32(0x01000193)
_LONGEST = 128
_GRID = 10_000
_WHOLE = 100
_ZERO = np.uint32(ord("0"))
_TAIL = 5
"""Digits of a number that are hashed one by one; what stands before them is looked up."""
_CUT = np.uint32(10**_TAIL)
_HEADS = 2**32 // 10**_TAIL + 1

Hashes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Units:
    """The units of many profiles: their letters, place by place, how long they are, and the odd.

    ``letters`` has a line for each place and a column for each unit. ``odd`` has what is not
    ASCII of at most 128 characters, by its number; such a unit is hashed alone. Source:
    ``rules.allocation``.

    >>> laid_out(["visitor-1", "visitor-3"]).included("hero", 50).tolist()
    [True, False]
    """

    letters: npt.NDArray[np.uint8]
    lengths: npt.NDArray[np.uint8]
    odd: Mapping[int, str]

    def __len__(self) -> int:
        return len(self.lengths)

    def part(self, places: slice) -> Units:
        """Return the units from one number to another, without copying them.

        >>> laid_out(["u", "v", "w"]).part(slice(1, 3)).included("hero", 100).tolist()
        [True, True]
        """
        start, stop, _ = places.indices(len(self))
        odd = {row - start: unit for row, unit in self.odd.items() if start <= row < stop}
        return Units(self.letters[:, start:stop], self.lengths[start:stop], odd)

    def take(self, places: Places) -> Units:
        """Return the units of these numbers, in this order.

        >>> len(laid_out(["u", "v", "w"]).take(np.array([2, 0])))
        2
        """
        old = self.odd
        odd = (
            {new: old[row] for new, row in enumerate(places.tolist()) if row in old} if old else {}
        )
        return Units(np.take(self.letters, places, axis=1), self.lengths[places], odd)

    def followed(self, more: Units) -> Units:
        """Return these units and others behind them.

        >>> len(laid_out(["u"]).followed(laid_out(["longer", "é"])))
        3
        """
        width = max(len(self.letters), len(more.letters))
        both = [np.pad(u.letters, ((0, width - len(u.letters)), (0, 0))) for u in (self, more)]
        odd = {**self.odd, **{len(self) + row: unit for row, unit in more.odd.items()}}
        return Units(np.hstack(both), np.concatenate((self.lengths, more.lengths)), odd)

    def included(self, seed: str, percent: float, among: Mask | None = None) -> Mask:
        """Return who is among this percentage under a seed, as ``rules.allocation.included``.

        Where ``among`` tells whom it is asked of, nobody else is.

        >>> laid_out(["u", "v"]).included("hero", 100, np.array([True, False])).tolist()
        [True, False]
        """
        if among is None:
            return _included(self, seed, percent)
        places = np.flatnonzero(among)
        mask = np.zeros(len(self), np.bool_)
        mask[places] = _included(self.take(places), seed, percent)
        return mask


def laid_out(units: Sequence[str]) -> Units:
    """Return units letter by letter, for many questions about them.

    >>> laid_out(["ab", "é"]).lengths.tolist(), laid_out(["ab", "é"]).odd
    ([2, 0], {1: 'é'})
    """
    odd = {row: unit for row, unit in enumerate(units) if not _plain(unit)}
    plain = [b"" if row in odd else unit.encode() for row, unit in enumerate(units)]
    lengths = np.fromiter(map(len, plain), np.uint8, len(plain))
    width = max(1, int(lengths.max(initial=0)))
    letters = np.array(plain, f"S{width}").view(np.uint8).reshape(len(plain), width)
    return Units(np.ascontiguousarray(letters.T), lengths, odd)


def _plain(unit: str) -> bool:
    return unit.isascii() and len(unit) <= _LONGEST


def _included(units: Units, seed: str, percent: float) -> Mask:
    hashes = np.full(len(units), fnv1a32(seed), np.uint32)
    alike = bool((units.lengths == len(units.letters)).all())
    for place, letter in enumerate(units.letters):
        if alike:
            hashes ^= letter
            hashes *= _PRIME
        else:
            np.copyto(hashes, (hashes ^ letter) * _PRIME, where=units.lengths > place)
    mask: Mask = _within(percent)[_of_decimal(hashes) % np.uint32(_GRID)]
    for row, unit in units.odd.items():
        mask[row] = position(seed, unit) * _WHOLE < percent
    return mask


def _within(percent: float) -> Mask:
    """Return which places of the grid are within a percentage."""
    mask: Mask = np.arange(_GRID) / _GRID * _WHOLE < percent
    return mask


def _of_decimal(numbers: Hashes) -> Hashes:
    """Return the hash of each number written in decimal, without leading zeros."""
    heads, tails = np.divmod(numbers, _CUT)
    hashes = _heads()[heads]
    for power in range(_TAIL - 1, -1, -1):
        digits, tails = np.divmod(tails, np.uint32(10**power))
        hashes ^= digits + _ZERO
        hashes *= _PRIME
    short = np.flatnonzero(heads == 0)
    hashes[short] = [fnv1a32(str(number)) for number in numbers[short].tolist()]
    return hashes


@cache
def _heads() -> Hashes:
    """Return the hash of each number that may stand before the last digits of another."""
    return np.fromiter((fnv1a32(str(head)) for head in range(_HEADS)), np.uint32, _HEADS)
