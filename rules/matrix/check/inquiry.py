"""One check of one matrix: every question asked of every row, and the answers in sentences."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TypeVar

from rules.matrix.check import remarks, sentences
from rules.matrix.check.findings import Finding
from rules.matrix.check.idle import discriminates, groups
from rules.matrix.check.memory import Memory
from rules.matrix.check.near import Near
from rules.matrix.check.pairs import common, same, seek
from rules.matrix.check.reach import hiding, reached
from rules.matrix.check.rivals import alike, ordered, rivals
from rules.matrix.check.rivals import spare as allowance
from rules.matrix.check.rows import Placed, holds, obstacles
from rules.matrix.check.search import Budget, Point, UndecidedError
from rules.matrix.check.space import Space
from rules.matrix.check.spots import Spot, spot, still
from rules.matrix.check.witness import visitor
from rules.matrix.document import Matrix, Row
from rules.matrix.policies import POLICIES

Answer = TypeVar("Answer")

_PAIRED = 6
"""To look at two rows at a point of each takes as long as so many looks."""


class Inquiry:
    """The rows of a matrix, placed in a space, and what is asked of them within a budget."""

    def __init__(
        self,
        matrix: Matrix,
        space: Space,
        placed: Sequence[Placed],
        budget: Budget,
        memory: Memory,
        now: int | None,
    ) -> None:
        self.matrix, self.space, self.budget = matrix, space, budget
        self.memory, self.now = memory, now
        self.every = placed
        self.placed = [row for row in placed if row.boxes is not None]
        self.rows: Mapping[str, Row] = {row.row.id: row.row for row in placed}
        self.undecided: dict[str, str] = {
            row.row.id: "its condition has more alternatives than are looked at"
            for row in placed
            if row.boxes is None
        }
        self.possible: list[Placed] = []
        self.corners: dict[str, Point] = {}

    @cached_property
    def near(self) -> Near:
        """Who may stand in whose way, of the rows that can be true."""
        return Near(self.possible, self.budget)

    def findings(self) -> Iterator[Finding]:
        """Yield what is found, the rows' own faults first, what is not decided last."""
        yield from self._never_true()
        yield from self._never_reached()
        yield from self._duplicates()
        yield from self._overlaps()
        yield from self._idle()
        yield from self._gap()
        for why in dict.fromkeys(self.undecided.values()):
            yield remarks.undecided([r for r, told in self.undecided.items() if told == why], why)

    def _decided(self, owner: str, why: str, ask: Callable[[], Answer]) -> Answer | None:
        """Return the answer of a question, or note whom it is not decided for."""
        self.budget.ask()
        try:
            return ask()
        except UndecidedError:
            self.undecided.setdefault(owner, why)
            return None

    def _never_true(self) -> Iterator[Finding]:
        for row in self.placed:
            alive = self._decided(row.row.id, remarks.TRUE, partial(self._alive, row))
            if alive is not False:
                self.possible.append(row)
            else:
                yield sentences.never_true(self.space, row.row, self.now, self.budget)

    def _alive(self, row: Placed) -> bool:
        """Tell whether anybody makes a row true; keep one of them."""
        point = reached(self.space, row.boxes or (), (), self.budget, set())
        if point is not None:
            self.budget.look(len(point))
            self.corners[row.row.id] = [mask & -mask for mask in point]
        return point is not None

    def _never_reached(self) -> Iterator[Finding]:
        for row in self.possible:
            found = self._decided(row.row.id, remarks.REACHED, partial(self._hiding, row))
            if found:
                yield sentences.never_reached(self.matrix, row.row, found)

    def _hiding(self, row: Placed) -> tuple[Row, ...]:
        """Return the rows that hide this one, none if it is reached."""
        boxes = row.boxes or ()
        before = row.place if POLICIES[self.matrix.hit_policy].alone is False else None
        others = rivals(self.matrix, self.near.of(boxes, before), row)
        spare = allowance(self.matrix)
        if spare >= len(others):
            return ()
        question = ("reach", self.matrix.hit_policy, spare, row.row.id)
        kept = self._kept(question, others)
        if kept is not None:
            return kept
        used: set[Hashable] = set()
        point = reached(self.space, boxes, others, self.budget, used, spare)
        if point is not None:
            if not spare:
                self.budget.look(len(point))
                self.memory.put(question, [row.row], spot(self.space, point))
            return ()
        corner = self.corners.get(row.row.id)
        alone = [] if spare else [o for o in others if corner is None or holds(o, corner)]
        together = [other for other in others if other.row.id in used]
        found = hiding(self.space, boxes, together, alone, self.budget, spare)
        rows = tuple(other.row for other in found)
        self.memory.put(question, [row.row, *rows], rows)
        return rows

    def _kept(self, question: Hashable, others: Sequence[Placed]) -> tuple[Row, ...] | None:
        """Return the answer from before the edit, if it must still be true."""
        kept = self.memory.get(question, self.rows)
        if kept is None:
            return None
        if not isinstance(kept.answer, Spot):
            names = {other.row.id for other in others}
            if not all(row.id in names for row in kept.answer):
                return None
            self.memory.put(question, kept.rows, kept.answer)
            return tuple(kept.answer)
        avoided = [*self.space.ties, *obstacles(others)]
        self.budget.look(len(avoided) + len(self.space.full))
        if not still(self.space, kept.answer, avoided):
            return None
        self.memory.put(question, kept.rows, kept.answer)
        return ()

    def _duplicates(self) -> Iterator[Finding]:
        for one, other in self._pairs():
            here, there = self.corners.get(one.row.id), self.corners.get(other.row.id)
            if here is None or there is None or not holds(other, here) or not holds(one, there):
                continue
            ask = partial(same, self.space, one, other, self.budget)
            if self._decided(other.row.id, remarks.PAIR, ask):
                yield sentences.duplicate(one.row, other.row)

    def _overlaps(self) -> Iterator[Finding]:
        policy = POLICIES[self.matrix.hit_policy]
        if not policy.alone:
            return
        for one, other in self._pairs():
            if policy.agreeing and alike(one.row, other.row):
                continue
            found = self._pair("common", one, other, partial(self._common, one, other))
            if found:
                yield found

    def _pairs(self) -> Iterator[tuple[Placed, Placed]]:
        """Yield every two rows that may meet, as long as the budget lasts."""
        for one in self.possible:
            found = self._decided(one.row.id, remarks.PAIR, partial(self._after, one))
            yield from ((one, other) for other in found or ())

    def _after(self, one: Placed) -> list[Placed]:
        """Return the rows behind one that it may meet."""
        found = [other for other in self.near.of(one.boxes or ()) if other.place > one.place]
        self.budget.look(len(found) * _PAIRED)
        return found

    def _common(self, one: Placed, other: Placed) -> Finding | None:
        point = common(self.space, one, other, self.budget)
        if point is None:
            return None
        seen = visitor(self.space, point, self.now)
        return sentences.overlap(self.matrix.hit_policy, one.row, other.row, seen)

    def _pair(
        self, about: str, one: Placed, other: Placed, ask: Callable[[], Answer]
    ) -> Answer | None:
        """Return the answer about two rows, the one from before if neither has changed."""
        question = (about, self.matrix.hit_policy, one.row.id, other.row.id)
        kept = self.memory.get(question, self.rows)
        answer = kept.answer if kept else self._decided(one.row.id, remarks.PAIR, ask)
        if one.row.id not in self.undecided:
            self.memory.put(question, (one.row, other.row), answer)
        return answer

    def _idle(self) -> Iterator[Finding]:
        if len(self.placed) < len(self.every):
            return
        asking: dict[int, list[Placed]] = {}
        for row in self.possible:
            for column in {column for box in row.boxes or () for column in box}:
                asking.setdefault(column, []).append(row)
        near = self.near if ordered(self.matrix) else None
        asked = remarks.asked_about(self.rows.values())
        for subject, group in groups(self.space).items():
            rows = {row.place: row for column in group for row in asking.get(column, ())}
            ask = partial(discriminates, self.space, group, rows.values(), near, self.budget)
            found = self._decided("", remarks.IDLE, ask)
            if found is False and subject in asked:
                yield remarks.idle(subject)
        yield from remarks.unasked(self.matrix, self.rows.values())

    def _gap(self) -> Iterator[Finding]:
        ask = partial(seek, self.space, [{}], obstacles(self.placed), self.budget)
        point = self._decided("", remarks.GAP, ask)
        if point is None:
            return
        if len(self.placed) < len(self.every):
            self.undecided.setdefault("", remarks.GAP)
            return
        yield remarks.gap(self.space, point, visitor(self.space, point, self.now))
