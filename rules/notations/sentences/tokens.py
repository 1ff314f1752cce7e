"""A text word by word: the next one is looked at before it is taken."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import TypeVar

from rules.notations.sentences.said import TextError
from rules.spelling import CLOCK, DATE, INSTANT, PATH

Found = TypeVar("Found")

LONGEST = 500_000
"""So many characters a text may have."""
MOST = 30_000
"""So many words and signs one condition may have; each takes a microsecond or two."""
_LONGEST_PHRASE = 8
_LONGEST_WORD = 100_000
_SHOWN = 24

STRING = r'"[^"\\\x00-\x1f]*+(?:\\.[^"\\\x00-\x1f]*+)*+"'

_TOKEN = re.compile(
    r"\s*(?:"
    rf"(?P<string>{STRING})"
    r"|(?P<path>`[^`\\\x00-\x1f]*+(?:\\.[^`\\\x00-\x1f]*+)*+`|"
    rf"{PATH})"
    rf"|(?P<bare>(?a:{INSTANT}|{CLOCK}|{DATE}))"
    r"|(?P<short>[0-9]+[smhdw](?![\w.-]))"
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.]))"
    r"|(?P<word>[^\W\d][\w'-]*+)"
    r"|(?P<sign>[(),:\[\]{}])"
    r"|(?P<end>\Z))"
)


class Cursor:
    """A place in a text: ``kind`` and ``said`` are the word that stands there, ``at`` its offset.

    >>> cursor = Cursor("not everyone")
    >>> cursor.take("not"), cursor.said
    (True, 'everyone')
    """

    def __init__(self, text: str, most: int = LONGEST) -> None:
        if len(text) > most:
            raise TextError(text, 0, "too_large", f"expected at most {most} characters")
        self.text = text
        self.left = MOST
        self.kind = ""
        self.said = ""
        self.at = 0
        self.go(0)

    def go(self, offset: int) -> None:
        """Stand at the word that begins at an offset or after white space there."""
        found = _TOKEN.match(self.text, offset)
        if found is None:
            self._refuse(offset)
            return
        self.kind = str(found.lastgroup)
        self.said = found[self.kind]
        self.at = found.start(self.kind)
        if len(self.said) > _LONGEST_WORD:
            raise self.error(f"expected at most {_LONGEST_WORD} characters here", "too_large")

    def next(self) -> None:
        """Stand at the word after this one."""
        self.left -= 1
        if self.left < 0:
            raise self.error(f"expected at most {MOST} words in one condition", "too_large")
        self.go(self.at + len(self.said))

    def is_at(self, *said: str) -> bool:
        """Tell whether one of these words or signs stands here; capitals do not matter."""
        return self.said in said or (self.kind == "word" and self.said.lower() in said)

    def take(self, said: str) -> bool:
        """Take the word if it is this one, and tell whether it was."""
        if not self.is_at(said):
            return False
        self.next()
        return True

    def expect(self, *said: str) -> None:
        """Take these words, one after the other, or raise ``TextError``."""
        for i, word in enumerate(said):
            if not self.take(word):
                raise self.error(f"expected {' '.join(said[i:])}")

    def phrase(
        self, table: Mapping[tuple[str, ...], Found], skipped: Collection[str] = ()
    ) -> Found | None:
        """Take the longest run of words that the table knows; ``None`` takes nothing."""
        start, end, found = self.at, self.at, None
        words: tuple[str, ...] = ()
        for _ in range(_LONGEST_PHRASE):
            if self.kind != "word":
                break
            word = self.said.lower()
            self.next()
            if word in skipped and words:
                continue
            words += (word,)
            if words in table:
                found, end = table[words], self.at
        self.go(end if found is not None else start)
        return found

    def error(self, message: str, code: str = "syntax", at: int | None = None) -> TextError:
        """Return the error of this place: what was expected, and what stands here instead."""
        if code == "syntax":
            shown = self.said if len(self.said) <= _SHOWN else self.said[:_SHOWN] + "..."
            ended = self.kind == "end"
            message = f"{message}, found the end" if ended else f"{message}, found {shown}"
        return TextError(self.text, self.at if at is None else at, code, message)

    def _refuse(self, offset: int) -> None:
        rest = self.text[offset:].lstrip()
        place = len(self.text) - len(rest)
        message = "expected a word, a number, a name in quotes, a sign or the end"
        if rest[0] in '"`':
            message = f"expected the text that begins with {rest[0]} to end on its line"
        raise TextError(self.text, place, "syntax", f"{message}, found {rest[:1]!r}")
