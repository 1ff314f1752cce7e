"""What a stretch of text says as JSON, where each part of it stands, and the error that tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.errors import InvalidError


class TextError(InvalidError):
    """A text that cannot be accepted: ``line`` and ``column`` count from 1, ``at`` says both.

    >>> str(TextError("everyone and", 12, "syntax", "expected a condition"))
    'line 1, column 13: expected a condition'
    """

    def __init__(self, text: str, offset: int, code: str, message: str) -> None:
        self.line = text.count("\n", 0, offset) + 1
        self.column = offset - text.rfind("\n", 0, offset)
        super().__init__(f"line {self.line}, column {self.column}", code, message)


@dataclass(frozen=True, slots=True)
class Said:
    """A JSON value, the offset of its text, and the same of its parts by key or index."""

    document: object
    at: int
    parts: Mapping[str, Said] = field(default_factory=dict)


def offset(said: Said, pointer: str) -> int:
    """Return where the part that a JSON pointer names stands, or the nearest part around it.

    >>> offset(Said({"not": 1}, 0, {"not": Said(1, 4)}), "/not/all/0")
    4
    """
    found = said
    for token in pointer.split("/")[1:]:
        inner = found.parts.get(token.replace("~1", "/").replace("~0", "~"))
        if inner is None:
            break
        found = inner
    return found.at


def record(at: int, **parts: Said) -> Said:
    """Return the object of these parts.

    >>> record(0, segment=Said("vip", 11)).document
    {'segment': 'vip'}
    """
    return Said({key: part.document for key, part in parts.items()}, at, parts)


def listed(at: int, parts: list[Said]) -> Said:
    """Return the list of these parts.

    >>> listed(0, [Said(1, 0), Said(2, 3)]).document
    [1, 2]
    """
    places = {str(i): part for i, part in enumerate(parts)}
    return Said([part.document for part in parts], at, places)
