"""Patterns of strangers, run by RE2 in time linear in the text; the only file that knows it."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol, cast

import re2

from rules.errors import InvalidError

LONGEST = 512
_MEMORY = 1 << 20
_SHOWN = 100


class Pattern(Protocol):
    """A compiled pattern; ``search`` returns something true where it occurs in the text."""

    def search(self, text: str) -> object:
        """Look for the pattern anywhere in the text."""


@lru_cache(maxsize=4096)
def _compiled(source: str, ignore_case: bool) -> Pattern:
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    options.case_sensitive = not ignore_case
    return cast("Pattern", re2.compile(source, options))


def compiled(source: str, *, ignore_case: bool = False, at: str = "") -> Pattern:
    """Return the pattern compiled; ``InvalidError`` for what RE2's syntax does not know.

    Source: github.com/google/re2/wiki/Syntax (no back-references, no look-around).

    >>> bool(compiled("^/shoes?/").search("/shoe/42"))
    True
    """
    try:
        return _compiled(source, ignore_case)
    except re2.error as error:
        told = error.args[0] if error.args else b""
        why = told.decode("utf-8", "replace") if isinstance(told, bytes) else str(told)
        raise InvalidError(
            at, "pattern", f"expected a pattern in RE2's syntax ({why[:_SHOWN]})"
        ) from error
