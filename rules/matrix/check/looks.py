"""Texts nobody names: which combinations of what is seen in them there can be."""

from __future__ import annotations

from typing import NamedTuple

from rules.conditions import Test
from rules.facts import Truth
from rules.matrix.check.samples import truth

_SIGNS = ("~", "-", "_", " ", "|", "#", "\ue000", "\ue001")


_PLAIN = ("other", "another", "something else")


MOST = 256
"""So many kinds of other texts are told apart; what is beyond is asked by itself."""


class Look(NamedTuple):
    """A text nobody names, and what the tests that look into it say of it."""

    text: str
    answers: dict[Test, Truth]


def looks(atoms: list[Test], named: list[str], most: int = MOST) -> list[Look]:
    """Return the combinations of what may be seen in a text nobody names, each with such a text.

    Where there are more than ``most`` the texts are not built.

    >>> [look.text for look in looks([Test("traits.page", "contains", "a")], [])]
    ['~a~', 'other']
    """
    found: list[dict[Test, Truth]] = [{}]
    for atom in atoms:
        grown = ({**answers, atom: seen} for answers in found for seen in (True, False))
        found = [answers for answers in grown if _barest(answers, named) is not None]
        if len(found) > most:
            return [Look("", answers) for answers in found]
    return [Look(_barest(answers, named) or "", answers) for answers in found]


def _barest(answers: dict[Test, Truth], named: list[str]) -> str | None:
    """Return a text that nobody names and that answers so, or ``None`` when there is none."""
    wanted = [(atom.operator, _sought(atom)) for atom, seen in answers.items() if seen]
    sought = [_sought(atom) for atom in answers]
    sign = next(sign for sign in (*_SIGNS, *map(chr, range(0xE002, 0xF8FF)))
                if not any(sign in text for text in (*sought, *named)))  # fmt: skip
    head, tail = _longest(wanted, "starts_with"), _longest(wanted, "ends_with")
    middle = [text for operator, text in wanted if operator == "contains"]
    kept = [text for text in dict.fromkeys(middle) if text not in head and text not in tail]
    built = sign.join([head, *kept, tail])
    plain = () if wanted else (text for text in _PLAIN if text not in named)
    return next((text for text in (*plain, built) if _answers(answers, text)), None)


def _longest(wanted: list[tuple[str, str]], operator: str) -> str:
    return max((text for name, text in wanted if name == operator), key=len, default="")


def _sought(atom: Test) -> str:
    text = str(atom.value)
    return text.casefold() if atom.ignore_case else text


def _answers(answers: dict[Test, Truth], text: str) -> bool:
    return all(truth(atom, text) is seen for atom, seen in answers.items())
