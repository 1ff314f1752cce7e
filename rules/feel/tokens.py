"""The words of an expression of FEEL, names with spaces in them included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from rules.errors import InvalidError

LONGEST = 8_192
"""Characters of one expression."""
MOST_TRIED = 50_000
"""Names tried in all expressions of a model where one of several words may stand."""

_SPACE = re.compile(r"(?:\s|\ufeff|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)+")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{6}|.)", re.DOTALL)
_SIGN = re.compile(r"\.\.|\*\*|<=|>=|!=|[-<>=()\[\],+*/?.{}:@]")
_WORD = re.compile(r"[^\W\d]\w*")
_PHRASE = re.compile(
    r"(date\s+and\s+time|starts\s+with|ends\s+with|string\s+length|upper\s+case|lower\s+case"
    r"|list\s+contains|years\s+and\s+months\s+duration|round\s+half\s+up|round\s+half\s+down"
    r"|round\s+up|round\s+down)(?=\s*\()"
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
KEYWORDS = frozenset(
    {"true", "false", "null", "and", "or", "in", "between", "if", "then", "else", "for", "return"}
    | {"some", "every", "satisfies", "instance", "function", "external"}
)


class Token(NamedTuple):
    """One word: its kind (number, string, name, keyword, sign, end), its text, where it stands."""

    kind: str
    text: str
    at: int


class Names:
    """The names an expression may use that are no single words: found longest first."""

    def __init__(self, names: Iterable[str]) -> None:
        found: dict[str, list[str]] = {}
        for name in sorted({" ".join(name.split()) for name in names}, key=len, reverse=True):
            if name and not _WORD.fullmatch(name):
                found.setdefault(_first(name, 0), []).append(name)
        self._found: Mapping[str, list[str]] = found
        self._left = MOST_TRIED

    def match(self, text: str, at: int) -> tuple[str, int] | None:
        """Return the longest name that stands here, and where it ends."""
        if not self._found:
            return None
        listed = self._found.get(_first(text, at), ())
        self._left -= len(listed)
        if self._left < 0:
            message = f"expected to try at most {MOST_TRIED} names that begin alike"
            raise InvalidError("", "too_costly", message)
        for name in listed:
            end = _along(text, at, name)
            if end is not None:
                return name, end
        return None


NO_NAMES = Names(())


def tokens(text: str, at: str, names: Names = NO_NAMES) -> list[Token]:
    """Return the words of an expression, or raise ``InvalidError`` that names the character.

    Source: the grammar of DMN 1.5, 10.3.1.2.

    >>> [token.text for token in tokens("Age >= 18", "")]
    ['Age', '>=', '18', '']
    """
    if len(text) > LONGEST:
        raise InvalidError(at, "too_large", f"expected at most {LONGEST} characters")
    return list(_tokens(text, at, names))


def _tokens(text: str, at: str, names: Names) -> Iterator[Token]:
    place = 0
    while place < len(text):
        if space := _SPACE.match(text, place):
            place = space.end()
            continue
        token, place = _token(text, place, at, names)
        yield token
    yield Token("end", "", place)


def _token(text: str, place: int, at: str, names: Names) -> tuple[Token, int]:
    if known := names.match(text, place):
        return Token("name", known[0], place), known[1]
    if found := _PHRASE.match(text, place):
        return Token("name", " ".join(found[0].split()), place), found.end()
    if found := _WORD.match(text, place):
        kind = "keyword" if found[0] in KEYWORDS else "name"
        return Token(kind, found[0], place), found.end()
    if found := _NUMBER.match(text, place):
        return Token("number", found[0], place), found.end()
    if found := _STRING.match(text, place):
        return Token("string", _joined(_ESCAPE.sub(_unescaped, found[1])), place), found.end()
    found = _SIGN.match(text, place)
    if found and not text.startswith("/*", place):
        return Token("sign", found[0], place), found.end()
    what = "a closing quote" if text[place] == '"' else "FEEL"
    raise InvalidError(at, "syntax", f"expected {what} at character {place + 1}")


def _unescaped(found: re.Match[str]) -> str:
    sign = found[1]
    if len(sign) > 1:
        point = int(sign[1:], 16)
        return chr(point) if point <= 0x10FFFF else "\ufffd"  # noqa: PLR2004 Unicode's last
    return _ESCAPED.get(sign, sign)


def _joined(text: str) -> str:
    """Return the text with each pair of surrogates as its one sign; a lone one becomes a mark."""
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _first(text: str, at: int) -> str:
    word = _WORD.match(text, at)
    return word[0] if word else text[at]


def _along(text: str, at: int, name: str) -> int | None:
    """Return where the name ends that stands here, its spaces as wide as they like."""
    for i, part in enumerate(name.split(" ")):
        if i:
            gap = _SPACE.match(text, at)
            if not gap:
                return None
            at = gap.end()
        if not text.startswith(part, at):
            return None
        at += len(part)
    joined = at < len(text) and name[-1].isalnum() and (text[at].isalnum() or text[at] == "_")
    return None if joined else at
