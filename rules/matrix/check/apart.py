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
from rules.matrix.check.samples import is_point, points
from rules.matrix.check.sorts import FOLLOWED, LOOKS, RELATIVE
from rules.matrix.check.texts import fits

_MOST_OPAQUE = 3
"""So many atoms whose answers cannot be followed may multiply the pieces of an attribute."""
_MOST_FREE = 6
"""So many texts that may stand anywhere in another are looked for together."""
_MOST_WORK = 300_000
"""Named values times atoms beyond which the longest lists stand alone."""


class Apart(NamedTuple):
    """The atoms that share a column, those with a column each, and those asked entry by entry.

    ``entries`` are those of ``alone`` that ask for one entry of the same list.
    """

    together: tuple[Test, ...]
    alone: tuple[Test, ...]
    split: frozenset[Test]
    entries: tuple[Test, ...]


def apart(subject: Subject, atoms: list[Test]) -> Apart:
    """Return how the atoms of an attribute or measure are looked at.

    >>> test = Test("traits.age", "at_least", 18)
    >>> apart(Subject("attribute", "traits.age"), [test]).together == (test,)
    True
    """
    together, alone = list(atoms), list[Test]()
    split, entries = _entries(together)
    together = [atom for atom in together if atom not in split and atom not in entries]
    alone += entries
    for atom in _strangers(subject, together):
        together.remove(atom)
        alone.append(atom)
    return Apart(tuple(together), tuple(alone), split, entries)


def _entries(atoms: list[Test]) -> tuple[frozenset[Test], tuple[Test, ...]]:
    holding = [atom for atom in atoms if atom.operator in HOLDS]
    if len(classes(holding)) <= MOST_ENTRIES:
        return frozenset(), ()
    each = (test for atom in holding for test in singly(atom).parts)  # type: ignore[union-attr]
    entries = tuple(dict.fromkeys(each))
    return frozenset(holding) - frozenset(entries), entries  # type: ignore[return-value]


def _strangers(subject: Subject, atoms: list[Test]) -> list[Test]:
    """Return the atoms that would make too many pieces, or none that can be told."""
    now = subject == Subject(ATTRIBUTE, NOW)
    found = [atom for atom in atoms if now and atom.operator in RELATIVE]
    opaque = [a for a in atoms if not is_point(a) and a.operator not in FOLLOWED and a not in found]
    found += opaque[_MOST_OPAQUE:]
    holding = [atom for atom in atoms if atom.operator in HOLDS]
    if not all(atom.ignore_case for atom in holding):
        found += [atom for atom in holding if atom.ignore_case]
    rest = [atom for atom in atoms if atom not in found]
    while (long := max(rest, key=_length, default=None)) and _work(rest) > _MOST_WORK:
        found.append(long)
        rest.remove(long)
    free = [atom for atom in rest if atom.operator == "contains"][_MOST_FREE:]
    found += free
    rest = [atom for atom in rest if atom not in free]
    while not fits(rest):
        looking = [atom for atom in rest if atom.operator in LOOKS]
        found += looking[len(looking) // 2 :]
        rest = [atom for atom in rest if atom not in found]
    return found


def _length(atom: Test) -> int:
    return len(points(atom)) if is_point(atom) else 0


def _work(atoms: list[Test]) -> int:
    return len(atoms) * sum(map(_length, atoms))
