"""Which atoms of an attribute are looked at together, and which stand alone to keep pieces few.

An atom that stands alone is a boolean of its own, independent of the others: more visitors are
thought possible than there are, so nothing that can be reached is ever called unreachable.
"""

from __future__ import annotations

from typing import NamedTuple

from rules.compiler import NOW
from rules.conditions import Test
from rules.matrix.check.atoms import ATTRIBUTE, Subject
from rules.matrix.check.lists import HOLDS, MOST_ENTRIES, classes, singly
from rules.matrix.check.manifold import fitting, loose
from rules.matrix.check.samples import Domain, is_point, located
from rules.matrix.check.sorts import FOLLOWED, LIST, RELATIVE
from rules.operators.registry import operators

MOST_OPAQUE = 3
"""So many atoms whose answers cannot be followed may multiply the pieces of an attribute."""
MOST_FREE = 6
"""So many texts that may stand anywhere in another are looked for together."""
MOST_LOOSE = 6
"""So many tests without regard to case stand beside others that have it."""
MOST_ANSWERS = 300_000
"""Values tried times atoms beyond which the longest lists stand alone."""

ANYTHING = Domain()


class Apart(NamedTuple):
    """The atoms that share a column, those with a column each, and those asked entry by entry.

    ``entries`` are those of ``alone`` that ask for one entry of the same list.
    """

    together: tuple[Test, ...]
    alone: tuple[Test, ...]
    split: frozenset[Test]
    entries: tuple[Test, ...]


def apart(
    subject: Subject, atoms: list[Test], most: int = MOST_ANSWERS, domain: Domain = ANYTHING
) -> Apart:
    """Return how the atoms of an attribute or measure are looked at, ``most`` answers in all.

    >>> test = Test("traits.age", "at_least", 18)
    >>> apart(Subject("attribute", "traits.age"), [test]).together == (test,)
    True
    """
    split, entries = _entries(atoms)
    own = split | set(entries)
    rest = [atom for atom in atoms if atom not in own]
    strange = set(_strangers(subject, rest, located(rest, domain)))
    together = fitting((atom for atom in rest if atom not in strange), min(most, MOST_ANSWERS))
    held = set(together)
    alone = [*entries, *(atom for atom in rest if atom not in held)]
    return Apart(tuple(together), tuple(alone), split, entries)


def _entries(atoms: list[Test]) -> tuple[frozenset[Test], tuple[Test, ...]]:
    holding = [atom for atom in atoms if atom.operator in HOLDS]
    if len(classes(holding)) <= MOST_ENTRIES:
        return frozenset(), ()
    each = (test for atom in holding for test in singly(atom).parts)  # type: ignore[union-attr]
    entries = tuple(dict.fromkeys(each))
    return frozenset(holding) - frozenset(entries), entries  # type: ignore[return-value]


def _strangers(subject: Subject, atoms: list[Test], placed: bool) -> list[Test]:
    """Return the atoms that can be told in no piece, or in none that others are told in.

    What is asked of lists cannot be followed where the value may be a place, two numbers.
    """
    now = subject == Subject(ATTRIBUTE, NOW)
    found = [atom for atom in atoms if now and atom.operator in RELATIVE]
    opaque = [a for a in atoms if not is_point(a) and not _followed(a, placed)]
    found += opaque[MOST_OPAQUE:]
    holding = [atom for atom in atoms if atom.operator in HOLDS]
    if not all(atom.ignore_case for atom in holding):
        found += [atom for atom in holding if atom.ignore_case]
    free = [atom for atom in atoms if atom.operator == "contains"]
    return [*found, *free[MOST_FREE:], *loose(atoms)[MOST_LOOSE:]]


def _followed(atom: Test, placed: bool) -> bool:
    return atom.operator in FOLLOWED and not (placed and LIST in operators[atom.operator].kinds)
