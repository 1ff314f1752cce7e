"""How many values the atoms of an attribute would have to be tried on, before they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any as AnyValue

from rules.conditions import Test
from rules.matrix.check.lists import HOLDS, MOST_ENTRIES, classes
from rules.matrix.check.looks import MOST, size
from rules.matrix.check.samples import is_point, points, reads
from rules.matrix.check.sorts import FOLLOWED, LOOKS, RELATIVE, TEXT
from rules.matrix.check.texts import is_loose, looking, mixed

_ANSWERS = 3
_NETWORK = "in_network"
_FEW = 4
KINDS: Mapping[str, Callable[[Test], bool]] = {
    "texts": lambda atom: atom.operator in LOOKS,
    "versions": lambda atom: atom.operator.startswith("version_"),
    "networks": lambda atom: atom.operator == _NETWORK,
    "ages": lambda atom: atom.operator in RELATIVE,
    "sizes": lambda atom: atom.operator == "size",
    "points": is_point,
    "strangers": lambda atom: not is_point(atom) and atom.operator not in FOLLOWED,
}
"""The kinds of atoms that multiply what has to be tried, by what they ask about."""


def fitting(atoms: Iterable[Test], most: int) -> list[Test]:
    """Return those of some atoms that are few enough to be looked at together.

    ``most`` is how many answers may be asked for. The second half of the largest kind is left out
    until the rest fits.

    >>> atoms = [Test("traits.age", "at_least", n) for n in range(40)]
    >>> len(fitting(atoms, 100_000)), len(fitting(atoms, 1_000))
    (40, 11)
    """
    atoms = _short(atoms, most)
    while atoms and (size(looking(atoms)) > MOST or answers(atoms) > most):
        if size(looking(atoms)) > MOST:
            largest = [atom for atom in atoms if KINDS["texts"](atom)]
        else:
            kinds = ([atom for atom in atoms if belongs(atom)] for belongs in KINDS.values())
            largest = max(kinds, key=_load) or atoms
        long = set(sorted(largest, key=_length)[len(largest) // 2 :])
        atoms = [atom for atom in atoms if atom not in long]
    return atoms


def _short(atoms: Iterable[Test], most: int) -> list[Test]:
    """Return the atoms without those of the longest lists, by the number of values alone."""
    found: list[Test] = []
    named: set[AnyValue] = set()
    for atom in sorted(atoms, key=_length):
        if is_point(atom):
            named.update(points(atom))
        if 2 * len(named) * (len(found) + 1) > most:
            break
        found.append(atom)
    return found


def answers(atoms: list[Test]) -> int:
    """Return how many answers the atoms give on all values they have to be tried on, about.

    >>> answers([Test("traits.age", "at_least", 18)])
    10
    """
    named = {point for atom in atoms if is_point(atom) for point in points(atom)}
    placed = sum(type(point) in (int, float) for point in named)
    lengths = {name: sum(map(_length, filter(of, atoms))) for name, of in KINDS.items()}
    line, ages = 2 * placed + 1, 2 * lengths["ages"] + _ANSWERS
    numbers = line * ages if lengths["ages"] and placed else line + 2 * lengths["ages"]
    texts = size(looking(atoms)) << len(loose(atoms))
    texts *= (2 * lengths["versions"] + 1) * (2 * lengths["networks"] + 1)
    held = min(MOST_ENTRIES, len(classes(atom for atom in atoms if atom.operator in HOLDS)))
    lists = (1 << held) * (2 * lengths["sizes"] + 1)
    tried = numbers + len(named) + texts + lists + _FEW
    times: int = _ANSWERS ** lengths["strangers"]
    return tried * times * _load(atoms)


def loose(atoms: Iterable[Test]) -> list[Test]:
    """Return the atoms whose answers on texts are not followed, as others regard case.

    >>> loose([Test("traits.plan", "equals", "pro", True)])
    []
    """
    atoms = list(atoms)
    among = mixed(atom for atom in atoms if reads(atom, TEXT))
    return [atom for atom in atoms if is_loose(atom, among)]


def _load(atoms: Iterable[Test]) -> int:
    """Return what it costs to ask these atoms of one value."""
    return sum(_length(atom) if atom.operator == _NETWORK else 1 for atom in atoms)


def _length(atom: Test) -> int:
    return len(points(atom)) if is_point(atom) or atom.operator == _NETWORK else 1
