"""The checker: what is wrong with a matrix, exactly, over all its columns at once.

Nothing is called unreachable that somebody may reach. What the budget does not decide is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import cast

from rules.conditions import Condition, Member
from rules.matrix.check.atoms import leaves
from rules.matrix.check.domains import Catalogue
from rules.matrix.check.findings import Report
from rules.matrix.check.inquiry import Inquiry
from rules.matrix.check.memory import Memory
from rules.matrix.check.overlap import beyond
from rules.matrix.check.references import references
from rules.matrix.check.regions import TooManyError
from rules.matrix.check.relations import Implication, relations
from rules.matrix.check.rows import obstacle, partial, place, readable, running, unread, whole
from rules.matrix.check.search import Budget
from rules.matrix.check.space import Space
from rules.matrix.document import Matrix, Row

STEPS = 60_000
"""The budget of a check, about a second."""

MOST_RESTS = 256
"""A constraint that forbids more boxes than these is left out: more is then thought possible."""


class Checker:
    """A checker that remembers: after an edit only what the edit may have changed is asked again.

    ``catalogue`` gives the type of each attribute by path, ``segments`` the names there are, or
    their conditions by name, for those whose members are exactly whom the condition is true of.
    ``constraints`` are pairs of conditions: who makes the first true makes the second true.
    ``budget`` is a number of steps (one takes 10 to 30 us), ``now`` the instant of the
    check in microseconds UTC, before which no row needs to be reached. What is not given is not
    assumed.

    >>> rows = (Row("a", Member("vip"), "gold"), Row("b", Member("vip"), "silver"))
    >>> [finding.code for finding in Checker().check(Matrix(rows)).findings]
    ['never_reached', 'duplicate', 'gap']
    """

    def __init__(
        self,
        catalogue: Catalogue | None = None,
        segments: Mapping[str, Condition] | Collection[str] | None = None,
        constraints: Iterable[Implication] = (),
        budget: int = STEPS,
        now: int | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.names = segments
        self.definitions = segments if isinstance(segments, Mapping) else {}
        self.constraints = tuple(constraints)
        self.budget = budget
        self.now = now
        self._memory = Memory()
        self._related: tuple[frozenset[str], list[Implication]] = (frozenset(), [])

    def check(self, matrix: Matrix) -> Report:
        """Return all that is found in a matrix, the rows' own faults first, gaps last."""
        budget = Budget(self.budget)
        rows = running(matrix)
        read = readable(rows, budget)
        constraints = [*self.constraints, *self._relations(read, budget)]
        space = self._space(read, constraints, budget)
        placed = [*place(space, read), *unread(rows, read)]
        inquiry = Inquiry(matrix, space, placed, budget, self._memory, self.now)
        found = [*references(rows, self.catalogue, self.names), *inquiry.findings()]
        self._memory.turn()
        return Report(tuple(found), self.budget - budget.left)

    def _space(self, rows: list[Row], constraints: list[Implication], budget: Budget) -> Space:
        conditions = [whole(row) for row in rows]
        conditions += [part for pair in constraints for part in pair]
        space = Space(conditions, self.catalogue, partial(rows), self.now, budget)
        for first, second in constraints:
            _forbid(space, first, second)
        return space

    def _relations(self, rows: list[Row], budget: Budget) -> list[Implication]:
        """Return how the segments the rows name lie to each other, found out once for the same."""
        every = (leaf for row in rows for leaf in leaves(row.when))
        names = frozenset(leaf.segment for leaf in every if isinstance(leaf, Member))
        if names != self._related[0]:
            definitions = cast("Mapping[str, Condition]", self.definitions)
            found = relations(definitions, sorted(names), self.catalogue, budget)
            self._related = (names, found)
        return self._related[1]


def check(
    matrix: Matrix,
    catalogue: Catalogue | None = None,
    segments: Mapping[str, Condition] | Collection[str] | None = None,
    constraints: Iterable[Implication] = (),
    budget: int = STEPS,
    now: int | None = None,
) -> Report:
    """Return all that is found in a matrix; what may be given is said at ``Checker``.

    Source: docs/checker.md.

    >>> from rules.conditions import Everyone
    >>> rows = (Row("a", Everyone(), "x"), Row("b", Member("vip"), "y"))
    >>> check(Matrix(rows)).findings[0].sentence
    'Row b is never reached: row a takes everybody it is for.'
    """
    return Checker(catalogue, segments, constraints, budget, now).check(matrix)


def _forbid(space: Space, first: Condition, second: Condition) -> None:
    """Forbid that the first is true and the second is not."""
    try:
        true, also = space.boxes(first), space.boxes(second)
    except TooManyError:
        return
    for box in true:
        rest = beyond(box, also, space.full, MOST_RESTS)
        space.ties += [obstacle(part, None) for part in rest or ()]
