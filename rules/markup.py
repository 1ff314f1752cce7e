"""Where in a piece of HTML one is: just enough of a tokenizer to tell text from attribute.

Source: the tokenization states of the WHATWG HTML standard, 13.2.5, without character references.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

_SPACE = " \t\n\f\r"
_RAW = frozenset(("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"))


class Place(NamedTuple):
    """``state`` is "text", "quoted" or anything else; tag, attribute and value are lower case.

    ``value`` is what the attribute's value held so far.
    """

    state: str
    tag: str
    attribute: str
    value: str


class Scanner:
    """Reads HTML piece by piece and knows at any moment where it stands.

    >>> scanner = Scanner()
    >>> scanner.feed('<a href="/x')
    >>> scanner.place()
    Place(state='quoted', tag='a', attribute='href', value='/x')
    """

    def __init__(self) -> None:
        self.state = "text"
        self.tag = self.attribute = self.value = self.quote = self.tail = ""
        self.closing = False
        self._steps: Mapping[str, Callable[[str], str]] = {
            "text": self._text,
            "open": self._open,
            "tag": self._in_tag,
            "before": self._before,
            "name": self._name,
            "after": self._after,
            "equals": self._equals,
            "quoted": self._quoted,
            "bare": self._bare,
            "bang": self._bang,
            "comment": self._comment,
            "raw": self._raw,
        }

    def feed(self, text: str) -> None:
        """Read on."""
        for sign in text:
            self.state = self._steps[self.state](sign)

    def place(self) -> Place:
        """Return where the next character would stand."""
        return Place(self.state, self.tag.lower(), self.attribute.lower(), self.value)

    def _text(self, sign: str) -> str:
        return "open" if sign == "<" else "text"

    def _open(self, sign: str) -> str:
        self.tag, self.closing, self.tail = "", sign == "/", ""
        if sign == "/":
            return "tag"
        if sign in "!?":
            return "bang"
        if sign.isascii() and sign.isalpha():
            self.tag = sign
            return "tag"
        return self._text(sign)

    def _in_tag(self, sign: str) -> str:
        if sign == ">":
            return self._end()
        if sign in _SPACE or sign == "/":
            return "before"
        self.tag += sign
        return "tag"

    def _before(self, sign: str) -> str:
        if sign == ">":
            return self._end()
        if sign in _SPACE or sign == "/":
            return "before"
        self.attribute, self.value = sign, ""
        return "name"

    def _name(self, sign: str) -> str:
        if sign == "=":
            return "equals"
        if sign in _SPACE:
            return "after"
        if sign in "/>":
            return self._before(sign)
        self.attribute += sign
        return "name"

    def _after(self, sign: str) -> str:
        if sign == "=":
            return "equals"
        return "after" if sign in _SPACE else self._before(sign)

    def _equals(self, sign: str) -> str:
        if sign in _SPACE:
            return "equals"
        if sign in "\"'":
            self.quote = sign
            return "quoted"
        return self._end() if sign == ">" else "bare"

    def _quoted(self, sign: str) -> str:
        if sign == self.quote:
            return "before"
        self.value += sign
        return "quoted"

    def _bare(self, sign: str) -> str:
        if sign == ">":
            return self._end()
        return "before" if sign in _SPACE else "bare"

    def _bang(self, sign: str) -> str:
        if sign == ">":
            return "text"
        self.tail += sign
        return "comment" if self.tail == "--" else "bang"

    def _comment(self, sign: str) -> str:
        self.tail = (self.tail + sign)[-4:]
        return "text" if self.tail.endswith(("-->", "--!>")) else "comment"

    def _raw(self, sign: str) -> str:
        self.tail = (self.tail + sign)[-len(self.tag) - 2 :]
        if self.tail.lower() != f"</{self.tag.lower()}":
            return "raw"
        self.closing = True
        return "before"

    def _end(self) -> str:
        if self.closing or self.tag.lower() not in _RAW:
            return "text"
        self.tail = ""
        return "raw"
