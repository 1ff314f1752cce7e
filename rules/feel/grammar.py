"""Reading an expression or a cell of S-FEEL into its tree; all else is refused by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rules.errors import InvalidError
from rules.feel import lengths, moments
from rules.feel.tokens import NO_NAMES, Names, Token, tokens
from rules.feel.tree import (
    Against,
    Call,
    Choice,
    Constant,
    Given,
    Items,
    Name,
    Negative,
    Node,
    Operation,
    Path,
    Range,
    Tests,
    Within,
)
from rules.feel.values import DIGITS, finite
from rules.feel.walk import Walk

_LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!=", "<", "<=", ">", ">=", "between", "in"),
    ("+", "-"),
    ("*", "/"),
    ("**",),
)
_RANKS = {sign: rank for rank, signs in enumerate(_LEVELS) for sign in signs}
_AGAINST = ("<", "<=", ">", ">=", "=", "!=")
_WORDS: Mapping[str, object] = {"true": True, "false": False, "null": None}


def expression(text: str, at: str, names: Names = NO_NAMES) -> Node:
    """Return the tree of an expression; ``InvalidError`` names the place ``at`` and the character.

    Source: DMN 1.5, 9 (S-FEEL) and the grammar of 10.3.1.2.

    >>> expression("2 + 3", "").sign
    '+'
    """
    reader = _Reader(tokens(text, at, names), at)
    node = reader.level(0)
    reader.end()
    return node


def cell(text: str, at: str, names: Names = NO_NAMES) -> Tests:
    """Return the tests of an input entry: comparisons, intervals, values, ``not(...)`` or a dash.

    >>> len(cell('"high", "low"', "").tests), cell("-", "").tests
    (2, ())
    """
    reader = _Reader(tokens(text, at, names), at)
    if reader.now.kind == "end" or (reader.now.text == "-" and reader.beyond.kind == "end"):
        return Tests(())
    if (negated := reader.negated()) is not None:
        return negated
    tests = reader.tests()
    reader.end()
    return Tests(tests)


class _Reader(Walk):
    """One reading of one expression or cell."""

    def negated(self) -> Tests | None:
        """Read ``not( ... )`` where that is the whole cell; else go back to its beginning."""
        if self.now.text != "not" or self.now.kind != "name" or self.beyond.text != "(":
            return None
        self.place = 2
        try:
            tests = self.tests()
            self.expect(")")
        except InvalidError:
            tests = ()
        if tests and self.now.kind == "end":
            return Tests(tests, negated=True)
        self.place = self.depth = self.operations = self.ending = 0
        return None

    def tests(self) -> tuple[Node, ...]:
        found = [self.test()]
        while self.is_(","):
            self.next()
            found.append(self.test())
        return tuple(found)

    def test(self) -> Node:
        if self.is_(*_AGAINST):
            sign = self.next().text
            return self.counted(Against(sign, self.level(3)))
        return self.level(0)

    def level(self, least: int) -> Node:
        """Read an expression of signs that bind as tightly as ``least`` or tighter."""
        node, most = self.unary(), len(_LEVELS)
        while least <= (rank := self.rank()) <= most:
            sign, most = self.next().text, rank
            node = self.counted(self.operation(sign, node, rank + 1))
        return node

    def rank(self) -> int:
        token = self.now
        return _RANKS.get(token.text, -1) if token.kind in ("sign", "keyword") else -1

    def operation(self, sign: str, left: Node, level: int) -> Node:
        if sign == "between":
            low = self.level(level)
            self.expect("and")
            return Within(left, (Range(low, self.level(level), True, True),))
        if sign != "in":
            return Operation(sign, left, self.level(level))
        if not self.is_("("):
            return Within(left, (self.test(),))
        self.next()
        tests = self.tests()
        if len(tests) == 1 and self.is_(".."):
            return Within(left, (self.until(tests[0], low_in=False),))
        self.expect(")")
        return Within(left, tests)

    def unary(self) -> Node:
        if not self.is_("-"):
            return self.postfix()
        self.next()
        self.deeper()
        node = self.counted(Negative(self.unary()))
        self.depth -= 1
        return node

    def postfix(self) -> Node:
        node = self.primary()
        while self.is_("."):
            self.next()
            if self.now.kind not in ("name", "keyword"):
                raise self.fail("a name")
            node = self.counted(Path(node, self.component()))
        if self.is_("[") and not self.ending:
            raise InvalidError(self.at, "unsupported", "a filter is FEEL beyond S-FEEL")
        return node

    def component(self) -> str:
        name = self.next().text
        if name == "time" and self.now.kind == "name" and self.now.text == "offset":
            name = f"{name} {self.next().text}"
        return name

    def primary(self) -> Node:
        self.refuse_beyond()
        token = self.now
        if token.kind == "keyword":
            return self.keyword(token)
        if token.kind in _SIMPLE:
            self.next()
            return _SIMPLE[token.kind](token)
        if token.kind == "name":
            self.next()
            return self.call(token.text) if self.is_("(") else Name(token.text)
        bracketed = {"(": self.bracket, "[": self.bracket, "]": self.bracket}
        other: Mapping[str, Callable[[], Node]] = {"?": self.given, "@": self.literal, **bracketed}
        if token.kind == "sign" and token.text in other:
            self.deeper()
            node = other[token.text]()
            self.depth -= 1
            return node
        raise self.fail("a value")

    def keyword(self, token: Token) -> Node:
        if token.text in _WORDS:
            self.next()
            return Constant(_WORDS[token.text])
        if token.text != "if":
            raise self.fail("a value")
        self.next()
        self.deeper()
        test = self.level(0)
        self.expect("then")
        then = self.level(0)
        self.expect("else")
        node = self.counted(Choice(test, then, self.level(0)))
        self.depth -= 1
        return node

    def given(self) -> Node:
        self.next()
        return Given()

    def literal(self) -> Node:
        self.next()
        if self.now.kind != "string":
            raise self.fail("a string after @")
        text = self.next().text
        ways = (moments.day, moments.moment, moments.clock, lengths.duration)
        return Constant(next((found for way in ways if (found := way(text)) is not None), None))

    def bracket(self) -> Node:
        """Read ``( ... )``, a list or an interval, whose ends may be turned outwards."""
        opening = self.next().text
        if opening == "[" and self.is_("]"):
            self.next()
            return Items(())
        parts = [self.test() if opening == "(" else self.level(0)]
        if self.is_(".."):
            return self.until(parts[0], low_in=opening == "[")
        while self.is_(",") and opening == "[":
            self.next()
            parts.append(self.level(0))
        if opening == "]":
            raise self.fail("..")
        self.expect(")" if opening == "(" else "]")
        return Items(tuple(parts)) if opening == "[" else parts[0]

    def until(self, low: Node, *, low_in: bool) -> Node:
        self.next()
        self.ending += 1
        high = self.level(3)
        self.ending -= 1
        if not self.is_("]", ")", "["):
            raise self.fail("the end of an interval")
        return self.counted(Range(low, high, low_in, self.next().text == "]"))

    def call(self, name: str) -> Node:
        self.next()
        self.deeper()
        parts = [] if self.is_(")") else list(self.tests())
        self.depth -= 1
        self.expect(")")
        return self.counted(Call(name, tuple(parts)))


_SIMPLE: Mapping[str, Callable[[Token], Node]] = {
    "number": lambda token: Constant(finite(DIGITS.create_decimal(token.text))),
    "string": lambda token: Constant(token.text),
}
