"""Two versions of a table side by side, cell by cell: what was added, removed, changed, moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from rules.grid.differing import ID, Row, moved

ADDED, REMOVED, CHANGED, MOVED, SAME = "added", "removed", "changed", "moved", "same"
STATES = (ADDED, REMOVED, CHANGED, MOVED)


class Cell(NamedTuple):
    """What stood in a cell and what stands there now; both empty where nothing ever did."""

    state: str
    was: str
    now: str


class Line(NamedTuple):
    """One row in both: its number before and after, counted from 1, 0 where it is not there.

    ``state`` is the strongest that holds; a row that is ``moved`` may be changed as well.
    """

    id: str
    state: str
    before: int
    after: int
    moved: bool
    cells: tuple[Cell, ...]


class Contrast(NamedTuple):
    """The headings of both, and every row that is not the same in both."""

    headings: tuple[str, ...]
    lines: tuple[Line, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows are added, removed, changed, and moved; a row may count twice."""
        said = {state: sum(line.state == state for line in self.lines) for state in STATES}
        return {**said, MOVED: sum(line.moved for line in self.lines)}


def contrast(headings: Sequence[str], before: Sequence[Row], after: Sequence[Row]) -> Contrast:
    """Return how two tables differ, whose rows know each other by their ``id``.

    A row that is gone stands where it stood, before the row that followed it.

    >>> old = [{"id": "a", "plan": "pro"}, {"id": "b"}]
    >>> found = contrast(["id", "plan"], old, [{"id": "b"}, {"id": "a", "plan": "free"}])
    >>> [(line.id, line.state, line.moved) for line in found.lines]
    [('b', 'moved', True), ('a', 'changed', False)]
    >>> found.lines[1].cells[1]
    Cell(state='changed', was='pro', now='free')
    """
    old = {row[ID]: (number, row) for number, row in enumerate(before, 1)}
    new = {row[ID]: (number, row) for number, row in enumerate(after, 1)}
    away = set(moved([name for name in old if name in new], [n for n in new if n in old]))
    lines = [_line(name, old.get(name), new.get(name), headings, away) for name in _order(old, new)]
    return Contrast(tuple(headings), tuple(line for line in lines if line.state != SAME))


def _order(old: Mapping[str, object], new: Mapping[str, object]) -> Iterator[str]:
    """Yield the names as they stand now, and what is gone before what followed it."""
    waiting: list[str] = []
    gone_before: dict[str, list[str]] = {}
    for name in old:
        if name not in new:
            waiting.append(name)
        elif waiting:
            gone_before[name], waiting = waiting, []
    for name in new:
        yield from gone_before.get(name, ())
        yield name
    yield from waiting


def _line(
    name: str,
    old: tuple[int, Row] | None,
    new: tuple[int, Row] | None,
    headings: Sequence[str],
    away: set[str],
) -> Line:
    was, now = old[1] if old else {}, new[1] if new else {}
    cells = tuple(_cell(was.get(head, ""), now.get(head, "")) for head in headings)
    state = ADDED if old is None else REMOVED if new is None else CHANGED
    if state == CHANGED and all(cell.state == SAME for cell in cells):
        state = MOVED if name in away else SAME
    return Line(name, state, old[0] if old else 0, new[0] if new else 0, name in away, cells)


def _cell(was: str, now: str) -> Cell:
    if was == now:
        return Cell(SAME, was, now)
    return Cell(CHANGED if was and now else ADDED if now else REMOVED, was, now)
