"""New clauses in the place of old ones, without asking the others anything again.

Every mask is cut where the old clauses stood and joined around the new ones: a row of thousands is
replaced in the time it takes to copy some masks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any, NamedTuple

from rules.matrix.lanes import Lanes, Table
from rules.matrix.line import Line
from rules.matrix.sorting import Membership, Residual, Tables


class Cut(NamedTuple):
    """Clauses ``start`` to ``stop`` of some make way for ``size`` others."""

    start: int
    stop: int
    size: int
    low: int

    def of(self, old: int, new: int) -> int:
        """Return the bits of the old with those of the new in their place.

        >>> bin(Cut(1, 2, 3, 0b1).of(0b101, 0b111))
        '0b11111'
        """
        return old & self.low | new << self.start | old >> self.stop << (self.start + self.size)


def spliced(old: Tables, rows: tuple[int, int], new: Tables, count: int) -> Tables:
    """Return the tables with the rows from ``rows[0]`` to before ``rows[1]`` replaced by others.

    ``new`` are the tables of ``count`` rows, numbered from 0; the rows behind are renumbered.

    >>> from rules.conditions import Member
    >>> from rules.matrix.clauses import Literal
    >>> from rules.matrix.sorting import Entry, Sorted
    >>> old, new = Sorted({}), Sorted({})
    >>> for row in (0, 1):
    ...     old.add(Entry(row, (Literal(Member("vip")),)))
    >>> new.add(Entry(0, (Literal(Member("new")),)))
    >>> found = spliced(old.tables(), (0, 1), new.tables(), 1).members
    >>> bin(found["vip"].outside), bin(found["new"].inside)
    ('0b1', '0b11')
    """
    first, end = rows
    start = sum(owner < first for owner in old.owners)
    stop = sum(owner < end for owner in old.owners)
    shift = count - (end - first)
    cut = Cut(start, stop, len(new.owners), (1 << start) - 1)
    here, there = (1 << len(old.owners)) - 1, (1 << len(new.owners)) - 1
    return Tables(
        (
            *old.owners[:start],
            *(owner + first for owner in new.owners),
            *(owner + shift for owner in old.owners[stop:]),
        ),
        {
            key: _line(cut, old.lines.get(key) or _flat(here), new.lines.get(key) or _flat(there))
            for key in old.lines | new.lines
        },
        {
            path: _lanes(
                cut, old.lists.get(path) or _free(here), new.lists.get(path) or _free(there)
            )
            for path in old.lists | new.lists
        },
        {
            name: _membership(
                cut, old.members.get(name, (here,) * 3), new.members.get(name, (there,) * 3)
            )
            for name in old.members | new.members
        },
        _residuals(cut, old.residuals, new.residuals),
    )


def _flat(everything: int) -> Line:
    return Line({}, everything, [inf], [everything] * 2, *(everything,) * 4)


def _free(everything: int) -> Lanes:
    return Lanes((), {}, everything, everything)


def _line(cut: Cut, old: Line, new: Line) -> Line:
    other = cut.of(old.other_text, new.other_text)
    texts = {
        text: cut.of(old.texts.get(text, old.other_text), new.texts.get(text, new.other_text))
        for text in old.texts | new.texts
    }
    rest = (cut.of(mine, theirs) for mine, theirs in zip(old[4:], new[4:], strict=True))
    kept = {text: mask for text, mask in texts.items() if mask != other}
    return Line(kept, other, *_points(cut, old, new), *rest)


def _points(cut: Cut, old: Line, new: Line) -> tuple[list[float], list[int]]:
    """Return the points of both, without those where nothing changes any more."""
    points: list[float] = []
    masks: list[int] = []
    union = sorted({*old.points, *new.points})
    for point, mine, theirs in zip(union, _pieces(old, union), _pieces(new, union), strict=True):
        gap = cut.of(mine[0], theirs[0])
        if points and masks[-2] == masks[-1] == gap:
            del points[-1:], masks[-2:]
        points.append(point)
        masks.append(gap)
        masks.append(
            gap if mine[0] is mine[1] and theirs[0] is theirs[1] else cut.of(mine[1], theirs[1])
        )
    return points, masks


def _pieces(line: Line, points: list[float]) -> Iterator[tuple[int, int]]:
    """Yield the masks of the gap before each of these points and of the point itself."""
    i = 0
    for point in points:
        while line.points[i] < point:
            i += 1
        gap = line.masks[2 * i]
        yield gap, line.masks[2 * i + 1] if line.points[i] == point else gap


def _lanes(cut: Cut, old: Lanes, new: Lanes) -> Lanes:
    count = max(len(old.lanes), len(new.lanes))
    pairs = zip(_padded(old, count), _padded(new, count), strict=True)
    return Lanes(
        tuple((_table(cut, a, b), cut.of(free, also)) for (a, free), (b, also) in pairs),
        _table(cut, old.never, new.never),
        cut.of(old.everything, new.everything),
        cut.of(old.unasked, new.unasked),
    )


def _padded(found: Lanes, count: int) -> list[tuple[Table, int]]:
    return [*found.lanes, *[({}, found.everything)] * (count - len(found.lanes))]


def _table(cut: Cut, old: Table, new: Table) -> Table:
    table = {item: cut.of(old.get(item, 0), new.get(item, 0)) for item in old | new}
    return {item: mask for item, mask in table.items() if mask}


def _membership(cut: Cut, old: tuple[int, ...], new: tuple[int, ...]) -> Membership:
    return Membership(*map(cut.of, old, new))


def _residuals(
    cut: Cut,
    old: Mapping[int, tuple[Residual, ...]],
    new: Mapping[int, tuple[Residual, ...]],
) -> dict[int, tuple[Residual, ...]]:
    shared: dict[int, Residual] = {}

    def moved(found: tuple[Residual, ...], of: Any) -> tuple[Residual, ...]:
        return tuple(shared.setdefault(id(one), Residual(one.ask, of(one.bits))) for one in found)

    residuals = {}
    for clause, found in old.items():
        if not cut.start <= clause < cut.stop:
            place = clause if clause < cut.start else clause - cut.stop + cut.start + cut.size
            residuals[place] = moved(found, lambda bits: cut.of(bits, 0))
    for clause, found in new.items():
        residuals[clause + cut.start] = moved(found, lambda bits: cut.of(0, bits))
    return residuals
