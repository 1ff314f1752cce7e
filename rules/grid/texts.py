"""Texts in the cells of a spreadsheet: what would run is disarmed, what would change is quoted."""

from __future__ import annotations

import json
import re

from rules.errors import InvalidError

LONGEST = 30_000
"""Characters of one cell; Excel keeps 32 767."""

_RUNS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20'"
_CHANGES = re.compile(r"[\s\d.,:/+\-%€$£eE()]*\d[\s\d.,:/+\-%€$£eE()]*|true|false", re.IGNORECASE)
_HARMED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_ILLEGAL = re.compile("[\x7f-\x9f\u2028\u2029\ufffe\uffff]")


def disarmed(cell: str) -> str:
    """Return the cell such that no spreadsheet takes it for a formula.

    Source: OWASP, CSV Injection. ``armed`` gives the cell back.

    >>> disarmed("=1+1"), disarmed("'x"), disarmed("x=1")
    ("'=1+1", "''x", 'x=1')
    """
    return f"'{cell}" if cell[:1] and cell[0] in _RUNS else cell


def armed(cell: str) -> str:
    """Return the cell that was disarmed.

    >>> armed("'=1+1"), armed("''x"), armed("'tis")
    ('=1+1', "'x", "'tis")
    """
    return cell[1:] if cell[:1] == "'" and cell[1:2] and cell[1] in _RUNS else cell


def plain(text: str) -> str:
    """Return a text as a cell, quoted as in JSON where a spreadsheet would make it another.

    >>> plain("winter sale"), plain("007"), plain(" x")
    ('winter sale', '"007"', '" x"')
    """
    changes = text != text.strip() or text.startswith('"') or _CHANGES.fullmatch(text[:LONGEST])
    return quoted(text) if changes or _HARMED.search(text) else text


def unplain(cell: str, at: str) -> str:
    """Return the text a cell says; ``plain`` wrote it.

    >>> unplain('"007"', ""), unplain(" winter sale ", "")
    ('007', 'winter sale')
    """
    said = cell.strip()
    if not said.startswith('"'):
        return said
    text = parsed(said, at)
    if not isinstance(text, str):
        raise InvalidError(at, "text", 'expected a text, or one in quotes: "..."')
    return text


def quoted(value: object) -> str:
    """Return a value as JSON on one line that survives every file.

    >>> quoted(["a", 1])
    '["a", 1]'
    """
    said = json.dumps(value, ensure_ascii=False)
    return _ILLEGAL.sub(lambda found: f"\\u{ord(found[0]):04x}", said)


def parsed(cell: str, at: str) -> object:
    """Return what the JSON in a cell says, or ``InvalidError``.

    >>> parsed("[1]", "")
    [1]
    """
    try:
        return json.loads(cell, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise InvalidError(at, "json", "expected JSON") from error


def _refused(constant: str) -> object:
    raise ValueError(constant)
