"""The nearest miss: the fewest things about a visitor that would have to be otherwise for a row.

The visitor stands in one piece of every column of the checker's space. A change moves them in one
column; the search takes the moves that cost least first, and gives way to rows in the way column by
column. Only a search that ends says "impossible"; one that stops says nothing.
Source: uniform-cost search (E. W. Dijkstra, 1959).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from rules.allocation import included
from rules.facts import Facts
from rules.matrix.changes import Change, changes, standing
from rules.matrix.check.atoms import ROLLOUT
from rules.matrix.check.rivals import rivals, spare
from rules.matrix.check.rows import Placed, partial, place, running, whole
from rules.matrix.check.search import Obstacle
from rules.matrix.check.space import Space
from rules.matrix.compiled import Compiled
from rules.matrix.document import Matrix

STEPS = 2_000
_HARDLY = 1e-9
"""A rollout that leaves everybody out and is one."""
_Moved = dict[int, int]
"""The columns in which the visitor is moved, and the pieces that are left to them there."""


class Nearest(NamedTuple):
    """The changes that bring a row about, fewest first; ``None`` where it is not decided.

    ``possible`` is false where no change of what rows ask about helps.
    """

    changes: tuple[Change, ...] | None
    possible: bool = True


def nearest(
    compiled: Compiled,
    facts: Facts,
    unit: str,
    row: str,
    *,
    chosen: bool = True,
    steps: int = STEPS,
) -> Nearest:
    """Return the fewest changes with which a row would be chosen, or (not ``chosen``) would hold.

    ``KeyError`` for a row that is not there.

    >>> from rules.conditions import Member, Test
    >>> from rules.matrix.compiled import compile
    >>> from rules.matrix.document import Row
    >>> rows = (Row("a", Test("traits.plan", "equals", "pro"), "x"), Row("b", Member("vip"), "y"))
    >>> visitor = Facts({"traits.plan": "pro"}, {"vip": True})
    >>> found = nearest(compile(Matrix(rows), {}), visitor, "u", "b")
    >>> [(one.subject, one.value) for one in found.changes]
    [('traits.plan', 'other')]
    """
    matrix, keys = _switched_on(compiled.matrix, row), compiled.keys
    rows = running(matrix)
    space = Space([whole(each) for each in rows], None, partial(rows))
    placed = place(space, rows)
    mine = next(each for each in placed if each.row.id == row)
    others = rivals(matrix, placed, mine) if chosen and not spare(matrix) else []
    if mine.boxes is None or any(other.boxes is None for other in others):
        return Nearest(None)
    outside = {each.id for each in rows if not included(each.id, unit, each.rollout)}
    here = standing(space, keys, facts, outside)
    found, over = (None, True) if not all(here) else _search(space, here, mine, others, steps)
    if found is None:
        return Nearest(None if over else (), possible=over)
    moves = [changes(space, keys, facts, place, mask) for place, mask in sorted(found.items())]
    off = any(each.id == row and not each.enabled for each in compiled.matrix.rows)
    switch = [Change("switch", row, False, True)] if off else []
    return Nearest((*switch, *(move for several in moves for move in several)))


def _switched_on(matrix: Matrix, row: str) -> Matrix:
    found = {each.id: each for each in matrix.rows}[row]
    if found.enabled and found.rollout > 0:
        return matrix
    on = replace(found, enabled=True, rollout=found.rollout or _HARDLY)
    return replace(matrix, rows=tuple(on if each is found else each for each in matrix.rows))


def _search(
    space: Space, here: Sequence[int], mine: Placed, others: Sequence[Placed], steps: int
) -> tuple[_Moved | None, bool]:
    """Return the least moves and whether the steps ran out before there was an answer."""
    order = count()
    queue: list[tuple[int, int, _Moved, dict[int, int]]] = []
    for box in mine.boxes or ():
        moved = {column: mask for column, mask in box.items() if not here[column] & mask}
        heappush(queue, (len(moved), next(order), moved, dict(box)))
    avoided = [*space.ties, *(obstacle for other in others for obstacle in other.obstacles)]
    while queue:
        steps -= 1
        if steps < 0:
            return None, True
        _, _, moved, box = heappop(queue)
        met = next((one for one in avoided if _meets(one, moved, here)), None)
        if met is None:
            return moved, False
        for further in _ways_round(space, met, moved, box):
            heappush(queue, (len(further), next(order), further, box))
    return None, False


def _meets(obstacle: Obstacle, moved: _Moved, here: Sequence[int]) -> bool:
    return all(moved.get(column, here[column]) & mask for column, mask in obstacle.sides)


def _ways_round(
    space: Space, obstacle: Obstacle, moved: _Moved, box: dict[int, int]
) -> Iterator[_Moved]:
    """Yield the moves that give way to an obstacle on one of its sides, inside the row's box."""
    for column, mask in obstacle.sides:
        allowed = moved.get(column, box.get(column, space.full[column])) & ~mask
        if allowed and space.columns[column].subject.kind != ROLLOUT:
            yield {**moved, column: allowed}
