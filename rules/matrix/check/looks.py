"""Texts nobody names: which combinations of what is seen in them there can be.

How a text begins, what it holds and how it ends are three free choices: of beginnings that match,
the longest says all; likewise of ends. The barest text of a choice puts a sign between the three
that nobody names, so it shows what every such text shows, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations, product
from typing import NamedTuple

from rules.conditions import Test
from rules.facts import Truth
from rules.matrix.check.samples import bound

_SIGNS = ("~", "-", "_", " ", "|", "#")
_PRIVATE = range(0xE000, 0xF8FF)
_PLAIN = ("other", "another", "something else")
MOST = 512
"""So many kinds of other texts are told apart; what is beyond is asked by itself."""


class Look(NamedTuple):
    """A text nobody names, and what the tests that look into it say of it."""

    text: str
    answers: dict[Test, Truth]


def size(atoms: list[Test]) -> int:
    """Return how many choices of a beginning, of parts and of an end there are.

    >>> size([Test("traits.page", "contains", "a"), Test("traits.page", "starts_with", "b")])
    4
    """
    starts, parts, ends = _sorted(atoms)
    return (len(starts) + 1) * (1 << len(parts)) * (len(ends) + 1)


def looks(atoms: list[Test], named: list[str]) -> list[Look]:
    """Return the combinations of what may be seen in a text nobody names, each with such a text.

    >>> [look.text for look in looks([Test("traits.page", "contains", "z")], [])]
    ['other', '~z~']
    """
    checks = [(atom, bound(atom)) for atom in atoms]
    found: dict[tuple[Truth, ...], Look] = {}
    for text in _texts(atoms, named):
        answers = {atom: check(text) for atom, check in checks}
        found.setdefault(tuple(answers.values()), Look(text, answers))
    return list(found.values())


def _texts(atoms: list[Test], named: list[str]) -> Iterator[str]:
    starts, parts, ends = _sorted(atoms)
    sought = "".join((*starts, *parts, *ends, *named))
    used = set(sought)
    sign = next(sign for sign in chain(_SIGNS, map(chr, _PRIVATE)) if sign not in used)
    yield from (text for text in _PLAIN if text not in named)
    some = (held for n in range(len(parts) + 1) for held in combinations(parts, n))
    for head, held, tail in product(("", *starts), some, ("", *ends)):
        kept = (part for part in held if part not in head and part not in tail)
        yield sign.join((head, *kept, tail))


def _sorted(atoms: list[Test]) -> tuple[list[str], list[str], list[str]]:
    """Return the beginnings, parts and ends that are looked for, each once."""
    found: dict[str, dict[str, None]] = {"starts_with": {}, "contains": {}, "ends_with": {}}
    for atom in atoms:
        text = str(atom.value)
        found[atom.operator][text.casefold() if atom.ignore_case else text] = None
    starts, parts, ends = (list(texts) for texts in found.values())
    return starts, parts, ends
