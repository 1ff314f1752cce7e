"""The rows that can fire, in the order in which they are asked, and who stands in whose way."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from rules.compiler import NOW
from rules.conditions import All, Condition, Test
from rules.matrix.check.atoms import ROLLOUT, Subject, leaves
from rules.matrix.check.regions import TooManyError
from rules.matrix.check.search import Box, Budget, Obstacle
from rules.matrix.check.space import Space
from rules.matrix.document import Matrix, Row
from rules.matrix.policies import POLICIES, ranks

_WHOLE = 100
_YES = 1
_READ = 96
_ENTRY = 16
"""To read a leaf, and an entry of its list, takes as long as so many looks."""
_EACH = ("has_any", "has_all", "has_none")


@dataclass(frozen=True, slots=True)
class Placed:
    """A row with its place in the order, and its boxes; ``None`` where they are too many."""

    place: int
    row: Row
    boxes: tuple[Box, ...] | None
    obstacles: tuple[Obstacle, ...] = ()


def running(matrix: Matrix) -> list[Row]:
    """Return the rows that can be shown to anybody, in the order in which they are asked.

    >>> from rules.conditions import Member
    >>> rows = (Row("a", Member("vip"), "x", enabled=False), Row("b", Member("vip"), "y"))
    >>> [row.id for row in running(Matrix(rows))]
    ['b']
    """
    rows = [row for row in matrix.rows if row.enabled and row.rollout > 0]
    if not POLICIES[matrix.hit_policy].ranked:
        return rows
    order = ranks([row.priority for row in rows], [row.values for row in rows], matrix.outputs)
    return [rows[i] for i in order]


def readable(rows: Sequence[Row], budget: Budget) -> list[Row]:
    """Return the first rows, as many as half of the budget is enough to read.

    >>> from rules.conditions import Member
    >>> len(readable([Row("a", Member("vip"), "x")] * 9, Budget(24)))
    4
    """
    left = budget.share(2)
    for i, row in enumerate(rows):
        cost = sum(map(_weight, leaves(row.when)), _READ)
        if cost > left:
            return list(rows[:i])
        left -= cost
        budget.use(cost)
    return list(rows)


def unread(rows: Sequence[Row], read: Sequence[Row]) -> list[Placed]:
    """Return the rows that were not read, without boxes.

    >>> from rules.conditions import Member
    >>> [row.place for row in unread([Row("a", Member("vip"), "x")] * 2, [])]
    [0, 1]
    """
    return [Placed(i, rows[i], None) for i in range(len(read), len(rows))]


def whole(row: Row) -> Condition:
    """Return a row's condition and its schedule as one.

    >>> from rules.conditions import Member
    >>> whole(Row("a", Member("vip"), "x"))
    Member(segment='vip')
    """
    if row.active is None:
        return row.when
    start, until = row.active.start_at, row.active.until_at
    parts = [row.when]
    parts += [] if start is None else [Test(NOW, "not_before", start)]
    parts += [] if until is None else [Test(NOW, "before", until)]
    return All(tuple(parts))


def place(space: Space, rows: Sequence[Row]) -> list[Placed]:
    """Return the rows with their boxes; a rollout is a column of its own, in or out.

    >>> from rules.conditions import Member
    >>> row = Row("a", Member("vip"), "x")
    >>> place(Space([row.when], None), [row])[0].boxes
    ({0: 1},)
    """
    return [_placed(space, i, row) for i, row in enumerate(rows)]


def partial(rows: Iterable[Row]) -> list[str]:
    """Return the ids of the rows that are rolled out to some only.

    >>> from rules.conditions import Member
    >>> partial([Row("a", Member("vip"), "x", rollout=50)])
    ['a']
    """
    return [row.id for row in rows if row.rollout < _WHOLE]


def holds(row: Placed, point: Sequence[int]) -> bool:
    """Tell whether a row holds for the one visitor at a point.

    >>> holds(Placed(0, None, ({0: 1},), (Obstacle(((0, 1),), "a"),)), [1])
    True
    """
    return any(
        all(point[column] & mask for column, mask in obstacle.sides) for obstacle in row.obstacles
    )


def obstacles(rows: Iterable[Placed]) -> list[Obstacle]:
    """Return the boxes of these rows as what is to be avoided.

    >>> obstacles([])
    []
    """
    return [obstacle for row in rows for obstacle in row.obstacles]


def obstacle(box: Box, owner: Hashable) -> Obstacle:
    """Return a box as what is to be avoided.

    >>> obstacle({1: 0b01}, "a").sides
    ((1, 1),)
    """
    return Obstacle(tuple(sorted(box.items())), owner)


def _weight(leaf: Condition) -> int:
    """Return what it costs to read a leaf, in looks: its entries count where each is asked for."""
    value = getattr(leaf, "value", None)
    entries = len(value) if isinstance(value, tuple) else 0
    asked = isinstance(leaf, Test) and leaf.operator.removeprefix("not_") in _EACH
    return _READ + entries * (_READ if asked else _ENTRY)


def _placed(space: Space, i: int, row: Row) -> Placed:
    try:
        boxes = space.boxes(whole(row))
    except TooManyError:
        return Placed(i, row, None)
    share = space.places.get(Subject(ROLLOUT, row.id))
    if share is not None:
        boxes = [{**box, share: _YES} for box in boxes]
    return Placed(i, row, tuple(boxes), tuple(obstacle(box, row.id) for box in boxes))
