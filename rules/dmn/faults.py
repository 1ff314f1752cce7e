"""What is wrong with a DMN table, all of it with its place; or the first of it, raised."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import NamedTuple

from rules.errors import InvalidError
from rules.xml.element import Element

MOST = 500
"""Faults of one document that are told."""
SHOWN = 120
"""Characters of a cell that are shown."""


class Place(NamedTuple):
    """Where something stands: rule 0 is the table itself, line 0 the whole document.

    ``id`` is the rule's own, ``column`` the label of a clause, ``said`` what stands there.
    """

    decision: str = ""
    rule: int = 0
    id: str = ""
    column: str = ""
    line: int = 0
    said: str = ""


class Fault(NamedTuple):
    """One thing that is wrong, and where."""

    place: Place
    error: InvalidError


def place(
    decision: str, element: Element, column: str = "", rule: int = 0, name: str = ""
) -> Place:
    """Return the place of an element: of a cell, of a clause, of a whole rule.

    >>> place("D", Element("", "inputEntry", {}, text="> 1", line=7), "Age", 2)
    Place(decision='D', rule=2, id='', column='Age', line=7, said='> 1')
    """
    inner = element.one("text") or element
    said = inner.text.strip()[:SHOWN]
    return Place(decision, rule, name[:SHOWN], column[:SHOWN], inner.line or element.line, said)


class Faults:
    """The faults of one reading; where none are gathered, the first one is raised."""

    def __init__(self, gathers: bool = False) -> None:
        self.gathers = gathers
        self.found: list[Fault] = []

    def at(
        self, decision: str, element: Element, column: str = "", rule: int = 0, name: str = ""
    ) -> AbstractContextManager[bool | None]:
        """Return the context in which a fault is one of this place."""
        if not self.gathers:
            return nullcontext()
        return self.within(place(decision, element, column, rule, name))

    def within(self, where: Place) -> AbstractContextManager[bool | None]:
        """Return the context in which a fault is one of a place that is known."""
        return _Net(self, where) if self.gathers else nullcontext()

    def note(self, where: Place, error: InvalidError) -> None:
        """Take a fault down: one a place, and one that has a place already keeps it."""
        known = any(each.error is error or each.place == where for each in self.found)
        if self.gathers and not known and len(self.found) < MOST:
            self.found.append(Fault(where, error))

    def spoilt(self, decision: str, rule: int) -> bool:
        """Tell whether something in a rule is wrong already."""
        return any(each.place[:2] == (decision, rule) for each in self.found)

    def entries(self, elements: Sequence[Element]) -> tuple[Element, ...]:
        """Return the elements whose places will be asked for: none where none are gathered."""
        return tuple(elements) if self.gathers else ()


class _Net:
    """What is raised inside is taken down, and what follows goes on."""

    def __init__(self, faults: Faults, where: Place) -> None:
        self.faults = faults
        self.where = where

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, InvalidError):
            return False
        self.faults.note(self.where, error)
        return True
