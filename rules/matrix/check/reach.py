"""Which rows nobody ever gets, and the fewest rows that already keep them from everybody."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from rules.matrix.check.rows import Placed, obstacles
from rules.matrix.check.search import Box, Budget, Obstacle, Point, find
from rules.matrix.check.space import Space


def reached(
    space: Space,
    boxes: Iterable[Box],
    rivals: Sequence[Placed],
    budget: Budget,
    used: set[Hashable],
    spare: int = 0,
) -> Point | None:
    """Return where some of these boxes are met by at most ``spare`` rivals, or ``None``.

    Where all rivals together leave nothing, one of those that took part must be let through.
    ``UndecidedError`` when the budget is used up.

    >>> reached(Space([], None), [{}], [], Budget(9), set())
    []
    """
    avoided = [*space.ties, *obstacles(rivals)]
    mine: set[Hashable] = set()
    boxes = list(boxes)
    for box in boxes:
        point = find(space.point(box), avoided, budget, mine)
        if point is not None:
            return point
    used |= mine
    for owner in _ordered(mine, rivals) if spare else ():
        others = [rival for rival in rivals if rival is not owner]
        point = reached(space, boxes, others, budget, used, spare - 1)
        if point is not None:
            return point
    return None


def hiding(
    space: Space,
    boxes: Sequence[Box],
    together: Sequence[Placed],
    singly: Sequence[Placed],
    budget: Budget,
    spare: int = 0,
) -> tuple[Placed, ...]:
    """Return rows that hide the boxes and of which none can be left out; one, if one is enough.

    ``together`` are rows that do, ``singly`` those of which each might do so alone.

    >>> hiding(Space([], None), [], [], [], Budget(9))
    ()
    """

    def hides(rows: Sequence[Placed]) -> bool:
        return reached(space, boxes, rows, budget, set(), spare) is None

    single = next((rival for rival in singly if hides([rival])), None)
    if single is not None:
        return (single,)
    kept = list(together)
    for rival in reversed(together):
        fewer = [other for other in kept if other is not rival]
        if hides(fewer):
            kept = fewer
    return tuple(kept)


def inside(space: Space, boxes: Iterable[Box], others: Iterable[Obstacle], budget: Budget) -> bool:
    """Tell whether everybody in these boxes is in the others.

    >>> inside(Space([], None), [{}], [], Budget(9))
    False
    """
    avoided = [*space.ties, *others]
    return all(find(space.point(box), avoided, budget, set()) is None for box in boxes)


def _ordered(owners: set[Hashable], rivals: Sequence[Placed]) -> list[Placed]:
    return [rival for rival in rivals if rival.row.id in owners]
