"""The patterns of other people's conditions, written for JavaScript and run by RE2."""

from __future__ import annotations

import re

from rules import patterns
from rules.errors import InvalidError

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
_BEYOND = re.compile(r"\\(?:[1-9]|k<)|\(\?(?:[=!]|<[=!])")
_LITERAL = re.compile(r"(\^?)((?:[^\\^$.*+?()\[\]{}|]|\\[\\^$.*+?()\[\]{}|/-])+)(\$?)", re.DOTALL)
_SIGN = re.compile(r"[\\^$.*+?()\[\]{}|/]")
_OURS_ALONE = re.compile(r"\\[AzpPQEC]|\(\?(?:P|[imsU-]+[:)])|\[\[:|\\x\{(?![0-9a-fA-F]{4}\})")
_HEXED = re.compile(r"\\x\{([0-9a-fA-F]{4})\}|\\(.)", re.DOTALL)
_OPERATORS = {
    ("", ""): "contains",
    ("^", ""): "starts_with",
    ("", "$"): "ends_with",
    ("^", "$"): "equals",
}


def compiled(source: object, ignore_case: bool, at: str) -> patterns.Pattern | None:
    """Return a pattern compiled, ``None`` for a broken one, which matches nothing.

    ``InvalidError`` for what is too long and for look-around and back-references: they are no
    mistake, but RE2 does not know them, and an answer without them would be a wrong one.

    >>> compiled("[", False, "") is None, bool(compiled("a/b", False, "").search("a/b"))
    (True, True)
    """
    if not isinstance(source, str):
        return None
    if len(source) > patterns.LONGEST:
        raise InvalidError(at, "length", f"expected a pattern of at most {patterns.LONGEST} signs")
    try:
        return patterns.compiled(translated(source), ignore_case=ignore_case, at=at)
    except (InvalidError, UnicodeEncodeError):
        if _BEYOND.search(source):
            message = "expected a pattern without look-around and back-references"
            raise InvalidError(at, "pattern", message) from None
        return None


def translated(source: str) -> str:
    r"""Return a pattern of JavaScript's as RE2 writes it.

    >>> translated(r"\u0041\.")
    '\\x{0041}\\.'
    """
    return _ESCAPED.sub(lambda found: rf"\x{{{found[1]}}}" if found[1] else found[0], source)


def untranslated(source: str) -> str:
    r"""Return a pattern of RE2's as JavaScript writes it: the inverse of ``translated``.

    >>> untranslated(r"\x{0041}\.")
    '\\u0041\\.'
    """
    return _HEXED.sub(lambda found: rf"\u{found[1]}" if found[1] else found[0], source)


def simplest(source: str) -> tuple[str, str]:
    r"""Return the simplest operator of ours that says what a pattern says, and its value.

    >>> simplest("^/shop"), simplest(r"\.pdf$"), simplest("a|b")
    (('starts_with', '/shop'), ('ends_with', '.pdf'), ('matches', 'a|b'))
    """
    plain = _LITERAL.fullmatch(source)
    if plain is None:
        return "matches", translated(source)
    return _OPERATORS[plain[1], plain[3]], re.sub(r"\\(.)", r"\1", plain[2], flags=re.DOTALL)


def escaped(literal: str) -> str:
    r"""Return the pattern that matches a text and nothing else, in JavaScript too.

    >>> escaped("a.b/c")
    'a\\.b\\/c'
    """
    return _SIGN.sub(r"\\\g<0>", literal)


def is_portable(source: str) -> bool:
    """Tell whether JavaScript reads a pattern of RE2's the same way.

    >>> is_portable("^a+$"), is_portable("(?i)a")
    (True, False)
    """
    return _OURS_ALONE.search(source) is None
