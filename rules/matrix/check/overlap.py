"""Where two boxes meet, and what others leave of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rules.matrix.check.search import Box


def beyond(box: Box, others: Iterable[Box], full: Sequence[int], most: int) -> list[Box] | None:
    """Return boxes, no two of which meet, that are what others leave of a box.

    ``None`` where there are more than ``most`` on the way.

    >>> beyond({0: 0b11}, [{0: 0b01, 1: 0b10}], [0b11, 0b11], 9)
    [{0: 2}, {0: 1, 1: 1}]
    """
    left = [box]
    for other in others:
        left = [part for rest in left for part in _pared(rest, other, full)]
        if len(left) > most:
            return None
    return left


def _pared(box: Box, other: Box, full: Sequence[int]) -> Iterator[Box]:
    if common(box, other) is None:
        yield box
        return
    inner = dict(box)
    for column, mask in other.items():
        here = inner.get(column, full[column])
        if here & ~mask:
            yield {**inner, column: here & ~mask}
        inner[column] = here & mask


def common(one: Box, other: Box) -> Box | None:
    """Return where two boxes meet, ``None`` where they do not.

    >>> common({0: 0b011}, {0: 0b110, 1: 0b1})
    {0: 2, 1: 1}
    """
    if not one or not other:
        return one or other
    met = dict(one)
    for column, mask in other.items():
        met[column] = met.get(column, -1) & mask
        if not met[column]:
            return None
    return met
