"""Values in the cells of a spreadsheet, spelled as people do: bare words, numbers, lists."""

from __future__ import annotations

import re

from rules.errors import InvalidError
from rules.grid.texts import parsed, quoted

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_COMMAS = re.compile(r"-?\d{1,15}(?:[.,]\d{1,15})*,\d{1,15}", re.ASCII)
_PERCENT = re.compile(r"-?\d{1,15}(?:\.\d{1,15})? ?%", re.ASCII)
_BARE = re.compile(r"[^\W\d_](?:[ /-]?[^\W\d_])*")
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|.', re.DOTALL)
_LONGEST_BARE = 100


def bare(value: object, reserved: frozenset[str]) -> str:
    """Return a string, number or boolean the way people write it, quoted where that is unclear.

    >>> bare("DE", frozenset()), bare("3", frozenset()), bare(3, frozenset())
    ('DE', '"3"', '3')
    """
    if not isinstance(value, str):
        return quoted(value)
    plain_words = len(value) <= _LONGEST_BARE and _BARE.fullmatch(value)
    words = value.lower().split()
    return value if plain_words and not reserved & set(words) else quoted(value)


def unbare(cell: str, at: str) -> object:
    """Return the string, number or boolean a cell says; ``bare`` wrote it.

    >>> unbare("DE", ""), unbare("3", ""), unbare('"3"', ""), unbare("TRUE", "")
    ('DE', 3, '3', True)
    """
    said = cell.strip()
    if said.lower() in ("true", "false"):
        return said.lower() == "true"
    if said[:1] in ('"', "[", "{") or _NUMBER.fullmatch(said[:_LONGEST_BARE]) or said == "null":
        return parsed(said, at)
    if _COMMAS.fullmatch(said):
        raise InvalidError(
            at, "number", 'expected a number with a point, or a text in quotes: "1,5"'
        )
    if _PERCENT.fullmatch(said):
        message = 'expected a number without %, like 0.5, or a text in quotes: "50%"'
        raise InvalidError(at, "number", message)
    if not said or '"' in said:
        raise InvalidError(at, "value", 'expected a value; texts with quotes are written "..."')
    return said


def split(cell: str, sign: str) -> list[str]:
    """Return the parts between a sign that stands outside quotes.

    >>> split('a | "b|c"', "|")
    ['a', '"b|c"']
    """
    parts: list[list[str]] = [[]]
    for found in _PIECE.finditer(cell):
        if found[0] == sign:
            parts.append([])
        else:
            parts[-1].append(found[0])
    return ["".join(part).strip() for part in parts]
