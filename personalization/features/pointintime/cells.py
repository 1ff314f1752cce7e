"""An event's values as typed cells: what every engine reads alike, worked out once, here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any, NamedTuple

from rules.feeds import amount
from rules.values import scalar
from rules.windows.distinct import token

PARTS: Mapping[str, str] = {
    "text": "string",
    "fold": "string",
    "whole": "int64",
    "real": "float64",
    "flag": "boolean",
    "amount": "int64",
    "size": "int64",
    "object": "boolean",
    "items": "array<string>",
}
"""The cells a path may have, and their types as Ibis names them.

A string is ``text``, and ``fold`` where its folded case differs; a number is ``whole`` or, where it
is none, ``real``, and ``amount`` in millionths; a boolean is ``flag``; of a list ``size`` and of
what lies on it or behind it ``items``, one token a value; of an object that there is one.
"""
DEEPEST = 32
_SHOWN = 40


class Cell(NamedTuple):
    """One value of one path: which part of it, and what it is."""

    path: str
    part: str
    value: Any


def column(path: str, part: str) -> str:
    """Return the name of a path's column, safe in every engine.

    >>> column("properties.revenue", "amount")
    'properties_revenue_b206bab8_amount'
    """
    shown = "".join(c if c.isascii() and c.isalnum() else "_" for c in path[:_SHOWN])
    return f"{shown}_{blake2b(path.encode(), digest_size=4).hexdigest()}_{part}"


def cells(properties: Mapping[str, Any], context: Mapping[str, Any]) -> Iterator[Cell]:
    """Yield every cell of an event, as conditions and measures see its values.

    A name with a dot in it is nobody's path, and neither is what lies deeper than 32 levels.

    >>> [cell[1:] for cell in cells({"n": 2.0}, {}) if cell.path == "properties.n"]
    [('whole', 2), ('amount', 2000000)]
    """
    yield from _opened("properties", properties, 0)
    yield from _opened("context", context, 0)


def _opened(path: str, node: Any, depth: int) -> Iterator[Cell]:
    if isinstance(node, Mapping):
        if depth:
            yield Cell(path, "object", True)
        for name, value in node.items():
            if name and "." not in name and depth < DEEPEST:
                yield from _opened(f"{path}.{name}", value, depth + 1)
    elif isinstance(node, list | tuple):
        yield Cell(path, "size", len(node))
        tokens: dict[str, list[str]] = {path: []}
        for item in node:
            _behind(path, item, depth, tokens)
        yield from (Cell(name, "items", found) for name, found in tokens.items())
    else:
        yield from _single(path, node)


def _behind(path: str, node: Any, depth: int, tokens: dict[str, list[str]]) -> None:
    """Gather the tokens on a list, and those in the objects on it; a list on a list says nothing.

    A list in an object on a list is opened in its turn.
    """
    if not isinstance(node, Mapping):
        said = token(node)
        if said is not None:
            tokens.setdefault(path, []).append(said)
        return
    for name, value in node.items():
        if not name or "." in name or depth >= DEEPEST:
            continue
        for each in value if isinstance(value, list | tuple) else (value,):
            _behind(f"{path}.{name}", each, depth + 1, tokens)


def _single(path: str, node: Any) -> Iterator[Cell]:
    value = scalar(node)
    if isinstance(value, str):
        yield Cell(path, "text", value)
        folded = value.casefold()
        if folded != value:
            yield Cell(path, "fold", folded)
    elif isinstance(value, bool):
        yield Cell(path, "flag", value)
    elif value is not None:
        yield Cell(path, "whole" if isinstance(value, int) else "real", value)
        millionths = amount(node)
        if millionths is not None:
            yield Cell(path, "amount", millionths)
