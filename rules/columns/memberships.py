"""Who fulfils which of many segments: one row of bits a profile, and what moves between two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rules.columns.column import Mask
from rules.columns.program import Program
from rules.columns.table import Columns
from rules.compiler import Keys
from rules.conditions import Condition

Bits = npt.NDArray[np.uint64]
"""Profile-major masks: bit ``s % 64`` of ``bits[row, s // 64]`` is segment ``s``."""

WORD = 64
_BYTE = 8
_NO_KEYS: Keys = {}
_LITTLE = np.dtype("<u8")


class Moves(NamedTuple):
    """Who enters and who leaves what: three arrays of one length, by row, then by segment."""

    row: npt.NDArray[np.int64]
    segment: npt.NDArray[np.int64]
    entered: Mask


def memberships(
    conditions: Mapping[str, Condition],
    columns: Columns,
    keys: Keys = _NO_KEYS,
) -> Bits:
    """Return where each condition is true, in the order of the mapping: 128 bytes for 1,000.

    Not true and unknown are both 0: a segment admits only on true. Conditions may name each other
    as segments; what the columns tell of a segment comes first. Stability is not applied: that is
    the fold's. ``InvalidError`` for what the compiler refuses and for circles.

    >>> from rules.columns.gathering import column
    >>> from rules.conditions import Member, Not, Test
    >>> columns = Columns(2, {"traits.plan": column(["pro", "free"])})
    >>> pro = Test("traits.plan", "equals", "pro")
    >>> memberships({"pro": pro, "others": Not(Member("pro"))}, columns).tolist()
    [[1], [2]]
    """
    bits = np.empty((columns.size, words(len(conditions))), np.uint64)
    program = _program(conditions, columns, keys)
    for part in program.parts():
        pack(program.run(part), bits[part])
    return bits


def streamed(
    conditions: Mapping[str, Condition],
    columns: Columns,
    keys: Keys = _NO_KEYS,
) -> Iterator[tuple[slice, Bits]]:
    """Yield the rows of ``memberships`` part by part, so that no more than a part is ever held.

    >>> [part for part, _ in streamed({}, Columns(40_000))]
    [slice(0, 32768, None), slice(32768, 40000, None)]
    """
    program = _program(conditions, columns, keys)
    for part in program.parts():
        bits = np.empty((part.stop - part.start, words(len(conditions))), np.uint64)
        pack(program.run(part), bits)
        yield part, bits


def pack(masks: Iterator[Mask], bits: Bits) -> None:
    """Write masks as profile-major bits; ``bits`` has a row for each of theirs, words enough.

    >>> bits = np.empty((2, 1), np.uint64)
    >>> pack(iter([np.array([True, False]), np.array([True, True])]), bits)
    >>> bits.tolist()
    [[3], [2]]
    """
    for word in range(bits.shape[1]):
        octets = np.zeros((len(bits), _BYTE), np.uint8)
        for place in range(_BYTE):
            eight = list(islice(masks, _BYTE))
            if eight:
                octets[:, place] = _octet(eight)
        bits[:, word] = octets.view(_LITTLE)[:, 0]


def _octet(masks: Sequence[Mask]) -> npt.NDArray[np.uint8]:
    """Return up to eight masks as one byte a row, the first as its lowest bit."""
    octet = masks[-1].astype(np.uint8)
    for mask in reversed(masks[:-1]):
        np.add(octet, octet, out=octet)
        np.bitwise_or(octet, mask.view(np.uint8), out=octet)
    return octet


def moves(old: Bits, new: Bits) -> Moves:
    """Return what differs between two masks of the same rows and segments: old XOR new.

    >>> found = moves(np.array([[0b01]], np.uint64), np.array([[0b10]], np.uint64))
    >>> found.segment.tolist(), found.entered.tolist()
    ([0, 1], [False, True])
    """
    changed = old ^ new
    rows, columns = np.nonzero(changed)
    bits = _unpacked(changed[rows, columns])
    which, places = np.nonzero(bits)
    segment = columns[which] * WORD + places
    entered = _unpacked(new[rows, columns])[which, places].astype(np.bool_)
    return Moves(rows[which].astype(np.int64), segment.astype(np.int64), entered)


def totals(bits: Bits, count: int) -> npt.NDArray[np.int64]:
    """Return how many profiles are in each of ``count`` segments.

    >>> totals(np.array([[0b11], [0b10]], np.uint64), 2).tolist()
    [1, 2]
    """
    found = np.zeros(count, np.int64)
    for segment in range(count):
        word, bit = divmod(segment, WORD)
        found[segment] = np.count_nonzero(bits[:, word] & np.uint64(1 << bit))
    return found


def words(count: int) -> int:
    """Return how many words hold so many bits.

    >>> words(0), words(64), words(1_000)
    (1, 1, 16)
    """
    return max(1, -(-count // WORD))


def _program(conditions: Mapping[str, Condition], columns: Columns, keys: Keys) -> Program:
    program = Program(columns, keys, conditions)
    for condition in conditions.values():
        program.add(condition)
    return program


def _unpacked(words: Bits) -> npt.NDArray[np.uint8]:
    octets = words.astype(_LITTLE).view(np.uint8).reshape(len(words), _BYTE)
    return np.unpackbits(octets, axis=1, bitorder="little")
