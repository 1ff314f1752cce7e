"""Samples of versions: texts that lie on a line of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, count, pairwise

from rules.conditions import Test
from rules.versions import Order, order

_LOWEST = "0.0.0-0"


def releases(atoms: list[Test], named: Iterable[str], only: bool) -> list[str]:
    """Return a version of every piece of the line of versions, none of those that are named.

    Between two versions there is another exactly when the next after the first is not the second.
    A text that is no version is there too, unless versions are all there is (``only``).

    >>> releases([Test("traits.app", "version_at_least", "1.2")], [], True)
    ['0.0.0-0', '1.2', '1.2.0.1-0']
    """
    ranks = {order(str(atom.value)): str(atom.value) for atom in atoms}
    ordered = [ranks[rank] for rank in sorted(rank for rank in ranks if rank is not None)]
    found = list(_pieces(ordered)) if ordered else ["1.0.0"]
    strangers = [] if only else ["no version"]
    taken = frozenset(named)
    return [_unnamed(text, taken) for text in found] + strangers


def _pieces(ordered: list[str]) -> Iterator[str]:
    if _rank(_LOWEST) < _rank(ordered[0]):
        yield _LOWEST
    for first, second in pairwise([*ordered, None]):
        assert first is not None
        yield first
        after = _next(first)
        if after is not None and (second is None or _rank(after) < _rank(second)):
            yield after


def _next(version: str) -> str | None:
    """Return the lowest version above this one: nothing lies between the two."""
    major, minor, patch, fourth, released, marks = _rank(version)
    said = ".".join(mark or str(number) for _, number, mark in marks)
    forms = [
        f"{major}.{minor}.{patch}.{fourth + 1}-0",
        f"{major}.{minor}.{patch + 1}-0",
        f"{major}.{minor + 1}.0-0",
        f"{major + 1}.0.0-0",
    ]
    if not released:
        forms = [f"{major}.{minor}.{patch}.{fourth}-{said}.0", f"{major}.{minor}.{patch}.{fourth}"]
    return next((form for form in forms if order(form) is not None), None)


def _rank(version: str) -> Order:
    rank = order(version)
    assert rank is not None
    return rank


def _unnamed(text: str, named: frozenset[str]) -> str:
    """Return this version or another way to write it that nobody names."""
    bare = text.partition("+")[0]
    forms = chain((text,), (f"{bare}+build{n}" for n in count(1)))
    return next(form for form in forms if form not in named)
