"""A walk through the words of an expression of FEEL, bounded in depth and operations."""

from __future__ import annotations

from collections.abc import Mapping

from rules.errors import InvalidError
from rules.feel.tokens import Token
from rules.feel.tree import Node

DEEPEST = 24
MOST_OPERATIONS = 128
"""Operations of one expression: what is nested by them is worked out by recursion."""
_BEYOND: Mapping[str, str] = {
    "for": "a for loop",
    "some": "some ... satisfies",
    "every": "every ... satisfies",
    "function": "a function definition",
    "instance": "instance of",
    "{": "a context",
}
"""What FEEL has beyond the simple expressions of S-FEEL, by the word it begins with."""


class Walk:
    """One walk through one expression: where it stands, how deep, how much it has used up."""

    def __init__(self, words: list[Token], at: str) -> None:
        self.words = words
        self.at = at
        self.place = 0
        self.depth = 0
        self.operations = 0
        self.ending = 0

    @property
    def now(self) -> Token:
        """The word that stands here."""
        return self.words[self.place]

    @property
    def beyond(self) -> Token:
        """The word after it."""
        return self.words[min(self.place + 1, len(self.words) - 1)]

    def next(self) -> Token:
        """Take the word that stands here, and return it."""
        token = self.now
        self.place += token.kind != "end"
        return token

    def is_(self, *signs: str) -> bool:
        """Tell whether one of these signs or keywords stands here."""
        return self.now.kind in ("sign", "keyword") and self.now.text in signs

    def fail(self, expected: str, code: str = "syntax") -> InvalidError:
        """Return the error of this place."""
        place = self.now.at + 1
        return InvalidError(self.at, code, f"expected {expected} at character {place}")

    def expect(self, sign: str) -> None:
        """Take this sign or keyword; ``InvalidError`` where another word stands."""
        if not self.is_(sign):
            raise self.fail(sign)
        self.next()

    def end(self) -> None:
        """Raise ``InvalidError`` where the expression goes on."""
        if self.now.kind != "end":
            self.refuse_beyond()
            raise self.fail(f"the end, not {self.now.text[:32]},")

    def refuse_beyond(self) -> None:
        """Refuse by its name what FEEL has beyond S-FEEL."""
        what = _BEYOND.get(self.now.text) if self.now.kind != "string" else None
        if what:
            place = self.now.at + 1
            message = f"{what} is FEEL beyond S-FEEL, which is not read, at character {place}"
            raise InvalidError(self.at, "unsupported", message)

    def deeper(self) -> None:
        """Go one level down; ``InvalidError`` where there are too many."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise InvalidError(self.at, "too_deep", f"expected at most {DEEPEST} levels")

    def counted(self, node: Node) -> Node:
        """Return an operation; ``InvalidError`` where there are too many."""
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            raise InvalidError(self.at, "too_large", f"expected at most {MOST_OPERATIONS} signs")
        return node
