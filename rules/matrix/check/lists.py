"""Samples of lists: which of the named entries are on them, and how long they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise, product
from math import inf
from typing import Any as AnyValue

from rules.conditions import All, Any, Condition, Test
from rules.matrix.check.samples import Sample, points
from rules.matrix.check.sorts import LIST

HOLDS = ("has_any", "has_all")
MOST_ENTRIES = 7
"""Entries that can be told apart beyond this many are asked about one by one."""
Entry = tuple[bool, AnyValue]


def lists(atoms: Iterable[Test]) -> Iterator[Sample]:
    """Yield a sample of every piece of the lists that the atoms tell apart, the shortest first.

    >>> [sample.value for sample in lists([Test("traits.tags", "has_any", ("a",))])]
    [(), ('a',)]
    """
    atoms = list(atoms)
    groups = classes(atoms)
    entries = [group[0] for group in groups]
    stranger = _stranger([entry for group in groups for entry in group])
    pieces = list(pairwise([*_ends(atoms), inf]))
    for here in product((False, True), repeat=len(entries)):
        held = tuple(value for (_, value), on in zip(entries, here, strict=True) if on)
        for shortest, beyond in pieces:
            length = max(int(shortest), len(held))
            if length < beyond:
                yield Sample((*held, *(stranger,) * (length - len(held))), LIST)


def classes(atoms: Iterable[Test]) -> list[list[Entry]]:
    """Return the entries the atoms name, those together that no atom tells apart.

    >>> tests = [Test("traits.tags", "has_any", ("a", "b")), Test("traits.tags", "has_all", ("c",))]
    >>> [len(group) for group in classes(tests)]
    [2, 1]
    """
    wanted: list[frozenset[Entry]] = []
    for atom in atoms:
        named = [_entry(point, atom.ignore_case) for point in points(atom)]
        if atom.operator == "has_any":
            wanted.append(frozenset(named))
        elif atom.operator == "has_all":
            wanted += [frozenset((entry,)) for entry in named]
    wanting: dict[Entry, list[int]] = {}
    for place, names in enumerate(dict.fromkeys(wanted)):
        for entry in sorted(names, key=repr):
            wanting.setdefault(entry, []).append(place)
    groups: dict[tuple[int, ...], list[Entry]] = {}
    for entry, places in wanting.items():
        groups.setdefault(tuple(places), []).append(entry)
    return list(groups.values())


def singly(atom: Test) -> Condition:
    """Return an atom on many entries as one atom on each of them.

    >>> singly(Test("traits.tags", "has_any", ("a",))).parts
    (Test(attribute='traits.tags', operator='has_any', value=('a',), ignore_case=False),)
    """
    each = tuple(
        Test(atom.attribute, "has_any", (point,), atom.ignore_case) for point in points(atom)
    )
    return Any(each) if atom.operator == "has_any" else All(each)


def _entry(point: AnyValue, ignore_case: bool) -> Entry:
    folded = ignore_case and type(point) is str
    return type(point) is bool, point.casefold() if folded else point


def _ends(atoms: list[Test]) -> list[int]:
    """Return the lengths from which on an answer may be another, zero first."""
    ends = {0}
    for atom in atoms:
        if atom.operator == "is_empty":
            ends.add(1)
        if atom.operator == "size":
            low, high = points(atom)
            ends |= {low or 0, 0 if high is None else high + 1}
    return sorted(ends)


def _stranger(entries: list[Entry]) -> str:
    """Return an entry that no atom names."""
    named = [value for _, value in entries]
    return "other" if "other" not in named else "other" + "".join(map(str, named))
