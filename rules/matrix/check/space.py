"""The space rows divide among themselves: a column for each thing they ask about, and its ties."""

from __future__ import annotations

from collections.abc import Iterable

from rules.compiler import NOW
from rules.conditions import Condition, Not, Test
from rules.matrix.check.apart import Apart, apart
from rules.matrix.check.atoms import (
    MEASURE,
    OPAQUE,
    ROLLOUT,
    SEGMENT,
    Subject,
    asked,
    leaves,
    single,
)
from rules.matrix.check.columns import Column, of_answers, of_values
from rules.matrix.check.domains import MEASURES, Catalogue
from rules.matrix.check.lists import singly
from rules.matrix.check.nested import count_alike, nested
from rules.matrix.check.regions import Effort, region
from rules.matrix.check.samples import Domain
from rules.matrix.check.search import Box, Budget, Obstacle, Point
from rules.values import TYPES

MOST_BOXES = 256
MOST_COMPARED = 200_000
_STEPS = 100_000
_PART = 4
"""One column, and all boxes together, may use up one part of so many of what is left."""
_COLUMN = 1_000
"""To make a column takes as long as so many looks."""
_ASKED = 4
"""To ask an atom of a value takes as long as so many looks."""


class Space:
    """The columns of some conditions; boxes and points are about these columns alone.

    ``shares`` are rows rolled out to some only, ``since`` the instant before which nobody asks.
    What there is no ``budget`` for stands alone, as something that may be true or false of anybody.
    ``ties`` are boxes in which nobody is: what the facts themselves forbid.
    """

    def __init__(
        self,
        conditions: Iterable[Condition],
        catalogue: Catalogue | None,
        shares: Iterable[str] = (),
        since: int | None = None,
        budget: Budget | None = None,
    ) -> None:
        self._catalogue = catalogue or {}
        self._since = since
        self._budget = budget or Budget(_STEPS)
        atoms = _asked(conditions)
        beyond = count_alike(atoms)
        self.columns: list[Column] = []
        self.places: dict[Subject, int] = {}
        self._masks: dict[tuple[Subject, Test | None], tuple[int, int, int]] = {}
        self._apart: dict[tuple[Subject, Test], Subject] = {}
        self._split: set[Test] = set()
        self.ties: list[Obstacle] = []
        for subject, found in atoms.items():
            self._put(subject, found, subject in beyond)
        for row in shares:
            self._add(of_answers(Subject(ROLLOUT, row), False, True))
        self._tie_counts()
        self.full = [column.full for column in self.columns]
        compared = min(MOST_COMPARED, self._budget.share(_PART) // _PART)
        self._effort = Effort(MOST_BOXES, compared, self._budget)

    def boxes(self, condition: Condition, truth: bool = True) -> list[Box]:
        """Return where a condition has this truth; ``TooManyError`` when it is too manifold."""
        found = region(condition, truth, self._leaf, self._effort)
        return [
            {column: mask for column, mask in box.items() if mask != self.full[column]}
            for box in found
        ]

    def point(self, box: Box) -> Point:
        """Return a box as a mask for every column."""
        found = list(self.full)
        for column, mask in box.items():
            found[column] = mask
        return found

    def _put(self, subject: Subject, atoms: list[Test], beyond: bool) -> None:
        if subject.kind in (SEGMENT, OPAQUE):
            self._add(of_answers(subject, True, subject.kind == SEGMENT))
            return
        most = 0 if beyond else self._budget.share(_PART) // _ASKED
        domain = self._domain(subject)
        found = apart(subject, atoms, most, domain)
        self._split |= found.split
        if found.together:
            column = of_values(subject, found.together, domain)
            self._budget.use(_COLUMN + len(column.pieces) * len(column.atoms) * _ASKED)
            self._add(column)
        for atom in found.alone:
            alone = self._apart[subject, atom] = single(subject, atom)
            self._add(of_answers(alone, True, False))
        self._tie_apart(subject, found)

    def _add(self, column: Column) -> None:
        place = self.places[column.subject] = len(self.columns)
        self.columns.append(column)
        for k, atom in enumerate(column.atoms):
            self._masks[column.subject, atom] = place, column.true[k], column.false[k]

    def _leaf(self, leaf: Condition, truth: bool) -> Condition | tuple[int, int]:
        subject, atom, positive = asked(leaf)
        if atom is not None and atom in self._split:
            each = singly(atom)
            return each if positive else Not(each)
        if atom is not None and (subject, atom) in self._apart:
            subject, atom = self._apart[subject, atom], None
        place, true, false = self._masks[subject, atom]
        return place, true if truth is positive else false

    def _domain(self, subject: Subject) -> Domain:
        if subject.kind == MEASURE:
            return MEASURES.get(subject.of.kind, Domain())
        if subject.of == NOW:
            return Domain("datetime", whole=True, least=self._since, known=True)
        kind = self._catalogue.get(subject.of)
        return Domain(kind if kind in TYPES else None, whole=kind == "datetime")

    def _tie_apart(self, subject: Subject, found: Apart) -> None:
        """Forbid that one entry of a list is known and another is not."""
        entries = [self.places[self._apart[subject, atom]] for atom in found.entries]
        for other in entries[1:]:
            first, known, unknown = entries[0], 0b011, 0b100
            self.ties.append(Obstacle(((first, unknown), (other, known)), None))
            self.ties.append(Obstacle(((first, known), (other, unknown)), None))
        main = self.places.get(subject)
        if main is None or subject.of not in self._catalogue:
            return
        pieces = enumerate(self.columns[main].pieces)
        unknown = sum(1 << i for i, piece in pieces if piece.sample is None)
        for atom in found.alone if unknown else ():
            other = self.places[self._apart[subject, atom]]
            self.ties.append(Obstacle(((main, unknown), (other, 0b011)), None))

    def _tie_counts(self) -> None:
        """Forbid that less happened, or nobody knows how much, in a longer time."""
        for short, long in nested(self.places):
            place, other = self.places[short], self.places[long]
            for k, atom in enumerate(self.columns[place].atoms):
                if atom in self.columns[other].atoms and atom and atom.operator == "at_least":
                    more = self.columns[place].true[k]
                    less = self.columns[other].full & ~self._masks[long, atom][1]
                    self.ties.append(Obstacle(((place, more), (other, less)), None))


def _asked(conditions: Iterable[Condition]) -> dict[Subject, list[Test]]:
    """Return the atoms of every subject, each once, in the order of the rows."""
    found: dict[Subject, dict[Test, None]] = {}
    for condition in conditions:
        for leaf in leaves(condition):
            subject, atom, _ = asked(leaf)
            held = found.setdefault(subject, {})
            if atom is not None:
                held[atom] = None
    return {subject: list(atoms) for subject, atoms in found.items()}
