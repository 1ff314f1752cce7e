"""The patterns of other people's conditions, written for JavaScript and run by RE2."""

from __future__ import annotations

import re

from rules import patterns
from rules.errors import InvalidError

_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\(.)", re.DOTALL)
_BEYOND = re.compile(r"\\(?:[1-9]|k<)|\(\?(?:[=!]|<[=!])")


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
        return patterns.compiled(_translated(source), ignore_case=ignore_case, at=at)
    except (InvalidError, UnicodeEncodeError):
        if _BEYOND.search(source):
            message = "expected a pattern without look-around and back-references"
            raise InvalidError(at, "pattern", message) from None
        return None


def _translated(source: str) -> str:
    return _ESCAPED.sub(lambda found: rf"\x{{{found[1]}}}" if found[1] else found[0], source)
