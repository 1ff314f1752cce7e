"""Samples of text: every text that is named, and of all others one of each kind the tests see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

from rules.conditions import Test
from rules.facts import Truth
from rules.matrix.check.addresses import addresses
from rules.matrix.check.looks import looks
from rules.matrix.check.samples import Domain, Sample, is_point, points, reads, truth
from rules.matrix.check.sorts import LOOKS, TEXT
from rules.matrix.check.versions import releases
from rules.values import canonical


def texts(atoms: Iterable[Test], domain: Domain) -> Iterator[Sample]:
    """Yield a sample of every piece of text that the atoms tell apart.

    >>> atoms = [Test("traits.page", "starts_with", "/a"), Test("traits.page", "equals", "/b")]
    >>> [sample.value for sample in texts(atoms, Domain("string"))]
    ['/b', 'other', '/a~']
    """
    atoms = [atom for atom in atoms if reads(atom, TEXT)]
    named = _named(atoms)
    folded = not mixed(atoms)
    if folded:
        named = list(dict.fromkeys(text.casefold() for text in named))
    for text in named:
        if domain.kind is None or canonical(domain.kind, text) == text:
            yield Sample(text, TEXT, alone=not folded)
    yield from _others(atoms, named, domain)


def mixed(atoms: Iterable[Test]) -> bool:
    """Tell whether any of these tests regards the case of a text, or none reads texts at all.

    >>> test = Test("traits.plan", "equals", "pro", True)
    >>> mixed([test]), mixed([test, Test("traits.plan", "equals", "PRO")])
    (False, True)
    """
    cases = [atom.ignore_case for atom in atoms if _regards(atom)]
    return not cases or not all(cases)


def is_loose(atom: Test, mixed: bool) -> bool:
    """Tell whether an atom has no regard to case and (``mixed``) stands beside others that have it.

    >>> test = Test("traits.plan", "equals", "pro", True)
    >>> is_loose(test, False), is_loose(test, True)
    (False, True)
    """
    return mixed and atom.ignore_case and _regards(atom)


def looking(atoms: Iterable[Test]) -> list[Test]:
    """Return the atoms that look into a text and can be followed there.

    >>> len(looking([Test("traits.page", "starts_with", "/a")]))
    1
    """
    atoms = list(atoms)
    loose = mixed(atoms)
    return [atom for atom in atoms if atom.operator in LOOKS and not is_loose(atom, loose)]


def _named(atoms: list[Test]) -> list[str]:
    found = [p for atom in atoms if is_point(atom) for p in points(atom) if type(p) is str]
    empty = [""] if any(atom.operator == "is_empty" for atom in atoms) else []
    return list(dict.fromkeys([*found, *empty]))


def _regards(atom: Test) -> bool:
    if atom.operator in LOOKS or atom.operator == "matches":
        return True
    if is_point(atom):
        return any(type(point) is str for point in points(atom))
    return reads(atom, TEXT) and atom.operator not in ("is_empty", "is_known")


def _others(atoms: list[Test], named: list[str], domain: Domain) -> Iterator[Sample]:
    """Yield the texts nobody names: by what they contain, by version, by address."""
    releasing = [atom for atom in atoms if atom.operator.startswith("version_")]
    networks = [atom for atom in atoms if atom.operator == "in_network"]
    telling: list[tuple[list[Test], list[str]]] = []
    if releasing or domain.kind == "version":
        telling.append((releasing, releases(releasing, named, domain.kind == "version")))
    if networks or domain.kind == "ip":
        telling.append((networks, addresses(networks, named, domain.kind == "ip")))
    found = looks(looking(atoms), named)
    if not telling:
        yield from (Sample(look.text, TEXT) for look in found)
        return
    for choice in product(*(values for _, values in telling)):
        given: dict[Test, Truth] = {}
        for (asking, _), value in zip(telling, choice, strict=True):
            given |= {atom: truth(atom, value) for atom in asking}
        for look in found:
            yield Sample(choice[0], TEXT, {**given, **look.answers})
