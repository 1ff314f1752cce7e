"""What a matrix chooses for very many profiles, and who would see something else in another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from rules.columns.column import Mask, never
from rules.columns.memberships import Bits, pack, words
from rules.columns.program import Program
from rules.columns.shares import Units
from rules.columns.table import Columns
from rules.compiler import Keys
from rules.errors import InvalidError
from rules.matrix.document import Matrix, Row
from rules.matrix.outcome import same
from rules.matrix.policies import POLICIES, ranks

NOTHING = -1
"""Where no row holds."""
CONFLICT = -2
"""Where more rows hold than the hit policy allows."""

Rows = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.int64]
_WHOLE = 100
_NO_KEYS: Keys = {}


def decide(
    matrix: Matrix, columns: Columns, units: Units | None = None, keys: Keys = _NO_KEYS
) -> Rows:
    """Return the index of the row each profile is shown, or ``NOTHING``, or ``CONFLICT``.

    ``units`` are who rows are rolled out to, profile by profile; without them no row may be. What
    ``rules.matrix.compiled`` decides for each of them alone. ``InvalidError`` for a matrix that
    aggregates (its answer is no row; see ``holding``) and for what the compiler refuses.

    >>> from rules.columns.coded import constant
    >>> from rules.conditions import Member
    >>> columns = Columns(2, segments={"vip": constant(True, 2)})
    >>> decide(Matrix((Row("a", Member("vip"), "gold"),)), columns).tolist()
    [0, 0]
    """
    if matrix.aggregate is not None:
        raise InvalidError("/aggregate", "unsupported", "expected a matrix that chooses a row")
    policy, asked = POLICIES[matrix.hit_policy], _Asked(matrix, columns, units, keys)
    said = _alike(matrix) if policy.agreeing else np.arange(len(matrix.rows))
    chosen = np.full(columns.size, NOTHING, np.int32)
    for part in asked.program.parts():
        found = chosen[part]
        clash = np.zeros(len(found), np.bool_)
        still = np.ones(len(found), np.bool_)
        for row, mask in asked.rows(part, None if policy.alone else still):
            if policy.alone:
                clash |= mask & (found >= 0) & (said[found] != said[row])
            np.copyto(found, row, where=mask & still)
            still &= ~mask
        found[clash] = CONFLICT
    return chosen


def holding(
    matrix: Matrix, columns: Columns, units: Units | None = None, keys: Keys = _NO_KEYS
) -> Iterator[tuple[slice, Bits]]:
    """Yield part by part which rows hold: bit ``i`` of a profile's words is row ``i``.

    Rows that are switched off or not in force hold for nobody. The hit policy and the limit are
    not applied.

    >>> from rules.conditions import Everyone
    >>> rows = Row("a", Everyone(), enabled=False), Row("b", Everyone())
    >>> [bits.tolist() for _, bits in holding(Matrix(rows), Columns(2))]
    [[[2], [2]]]
    """
    asked = _Asked(matrix, columns, units, keys, listed=True)
    for part in asked.program.parts():
        bits = np.empty((part.stop - part.start, words(len(matrix.rows))), np.uint64)
        pack(_every(asked.rows(part), part, len(matrix.rows)), bits)
        yield part, bits


def _every(rows: Iterator[tuple[int, Mask]], part: slice, count: int) -> Iterator[Mask]:
    """Yield a mask for each of ``count`` rows, an empty one for those left out."""
    place = 0
    for row, mask in rows:
        yield from (never(part) for _ in range(place, row))
        yield mask
        place = row + 1
    yield from (never(part) for _ in range(place, count))


Said = tuple[Sequence[str], Sequence[str]]
"""What each row of two matrices says, then what is said in a conflict, then of nobody's row."""


class Difference(NamedTuple):
    """Who would see something else: the rows chosen before and after, and where that differs.

    ``was`` and ``sees`` are what is seen, by number; ``lists`` tell what a number stands for.
    """

    old: Rows
    new: Rows
    changed: Mask
    was: Numbers
    sees: Numbers
    lists: Mapping[int, tuple[str, ...]]


def difference(
    old: Matrix,
    new: Matrix,
    columns: Columns,
    units: Units | None = None,
    keys: Keys = _NO_KEYS,
    said: Said | None = None,
) -> Difference:
    """Return what two revisions of a matrix choose, and where they say something else.

    Rows that yield the same are the same, whatever their id; where the hit policy takes several,
    the whole list counts, up to the limit. Where no row is chosen the fallback follows: two
    revisions differ there if their fallbacks or the defaults of their outputs do. Who knows better
    what is seen gives it as ``said``.

    >>> from rules.conditions import Everyone
    >>> one, two = (Matrix((Row("a", Everyone(), variant),)) for variant in ("x", "y"))
    >>> difference(one, two, Columns(2)).changed.tolist()
    [True, True]
    """
    known: dict[tuple[int, str], int] = {}
    before, after = decide(old, columns, units, keys), decide(new, columns, units, keys)
    words = said or (_said(old), _said(new))
    was = _seen(old, before, _Asked(old, columns, units, keys), known, words[0])
    sees = _seen(new, after, _Asked(new, columns, units, keys), known, words[1])
    lists: dict[int, tuple[str, ...]] = {0: ()}
    for (prefix, last), number in known.items():
        lists[number] = (*lists[prefix], last)
    return Difference(before, after, was != sees, was, sees, lists)


def counts(matrix: Matrix, chosen: Rows) -> Mapping[str, int]:
    """Return how many profiles each row is chosen for, by the row's id.

    >>> from rules.conditions import Everyone
    >>> counts(Matrix((Row("a", Everyone()),)), np.array([0, 0, NOTHING], np.int32))
    {'a': 2}
    """
    found = np.bincount(chosen[chosen >= 0], minlength=len(matrix.rows))
    return {row.id: int(count) for row, count in zip(matrix.rows, found, strict=True)}


class _Asked:
    """The rows of a matrix in force, in the order in which they are chosen, or are listed."""

    def __init__(
        self,
        matrix: Matrix,
        columns: Columns,
        units: Units | None,
        keys: Keys,
        listed: bool = False,
    ) -> None:
        rows = [(i, row) for i, row in enumerate(matrix.rows) if row.enabled]
        if POLICIES[matrix.hit_policy].ranked and not listed:
            values = [row.values for _, row in rows]
            order = ranks([row.priority for _, row in rows], values, matrix.outputs)
            rows = [rows[i] for i in order]
        self._rows = [(i, row) for i, row in rows if _in_force(row, columns.now)]
        shared = any(row.rollout < _WHOLE for _, row in self._rows)
        if (shared or units) and (units is None or len(units) != columns.size):
            raise ValueError("expected a unit for every profile")
        self._units = units
        self.program = Program(columns, keys)
        for _, row in self._rows:
            self.program.add(row.when)

    def rows(self, part: slice, still: Mask | None = None) -> Iterator[tuple[int, Mask]]:
        """Yield the index of each row, and where in a part it holds.

        ``still`` tells of whom anything is still asked, when the row's turn comes: of the others a
        mask may say anything.
        """
        units = self._units.part(part) if self._units else None
        for (i, row), mask in zip(self._rows, self.program.run(part), strict=True):
            if row.rollout >= _WHOLE or units is None:
                yield i, mask
            else:
                among = mask if still is None else mask & still
                yield i, units.included(row.id, row.rollout, among)


def _in_force(row: Row, now: int) -> bool:
    active = row.active
    if active is None:
        return True
    begun = active.start_at is None or active.start_at <= now
    return begun and (active.until_at is None or now < active.until_at)


def _alike(matrix: Matrix) -> npt.NDArray[np.int64]:
    """Return a number for what each row says."""
    known: dict[str, int] = {}
    said = (same(row.then()) for row in matrix.rows)
    return np.fromiter((known.setdefault(each, len(known)) for each in said), np.int64)


def _said(matrix: Matrix) -> list[str]:
    """Return what each row says, and at the end what is said where none is chosen.

    ``NOTHING`` and ``CONFLICT`` are -1 and -2, so they index from the end.
    """
    defaults = {out.name: out.default for out in matrix.outputs if out.default is not None}
    rows = [same({"then": row.then()}) for row in matrix.rows]
    return [*rows, same([matrix.fallback, {}]), same([matrix.fallback, defaults])]


def _seen(
    matrix: Matrix,
    chosen: Rows,
    asked: _Asked,
    known: dict[tuple[int, str], int],
    said: Sequence[str],
) -> Numbers:
    """Return a number for what each profile sees: a list of what rows say, numbered in ``known``.

    A list is known by the number of the list without its last entry, and that entry.
    """
    number = known.setdefault
    first = np.array([number((0, each), len(known) + 1) for each in said], np.int64)
    seen = first[chosen]
    if not POLICIES[matrix.hit_policy].several:
        return seen
    for part in asked.program.parts():
        found, taken = seen[part], np.zeros(part.stop - part.start, np.int32)
        for row, mask in asked.rows(part):
            more = np.flatnonzero(mask & (taken > 0) & (taken < matrix.limit))
            lists, places = np.unique(found[more], return_inverse=True)
            longer = [number((at, said[row]), len(known) + 1) for at in lists.tolist()]
            found[more] = np.array(longer, np.int64)[places]
            taken += mask
    return seen
