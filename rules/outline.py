"""The parts of a condition's document by where they stand: found, replaced, and all their faults.

Parts are what a page shows as one line: groups and leaves; ``same``, sequences and holds are whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rules.errors import InvalidError
from rules.parser import parse
from rules.scopes import Scope

EVERYONE: dict[str, Any] = {"everyone": True}
MOST_FAULTS = 20
_LISTS = ("all", "any")
_INNER = ("not", "has_been", "where")
_NEIGHBOURS = (-2, -1, 0, 1, 2, 3)


def parts(document: object, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every part with its JSON pointer, groups before what is in them.

    >>> [at for at, _ in parts({"all": [{"everyone": True}, {"not": {"segment": "vip"}}]})]
    ['', '/all/0', '/all/1', '/all/1/not']
    """
    if not isinstance(document, dict):
        return
    yield at, document
    if "same" in document or "sequence" in document:
        return
    for key in _LISTS:
        inner = document.get(key)
        for index, part in enumerate(inner if isinstance(inner, list) else ()):
            yield from parts(part, f"{at}/{key}/{index}")
    if isinstance(document.get("not"), dict):
        yield from parts(document["not"], f"{at}/not")


def leaves(document: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the parts that are no groups.

    >>> [at for at, _ in leaves({"all": [{"everyone": True}, {"not": {"segment": "vip"}}]})]
    ['/all/0', '/all/1/not']
    """
    for at, part in parts(document):
        if "same" in part or not part.keys() & {*_LISTS, "not"}:
            yield at, part


def replaced(document: Any, at: str, new: object) -> Any:
    """Return the document with another value at a JSON pointer; the old one is left as it was.

    >>> replaced({"all": [1, 2]}, "/all/1", 3)
    {'all': [1, 3]}
    """
    if not at:
        return new
    first, _, rest = at[1:].partition("/")
    below = f"/{rest}" if rest else ""
    if isinstance(document, list):
        place = int(first)
        return [replaced(v, below, new) if i == place else v for i, v in enumerate(document)]
    return {**document, first: replaced(document.get(first), below, new)}


def thresholds(document: object) -> Iterator[tuple[str, int, list[int]]]:
    """Yield each whole number that is asked for: where it stands, and it with its neighbours.

    >>> leaf = {"event": "Order Completed", "operator": "at_least", "value": 2}
    >>> list(thresholds({"all": [leaf]}))
    [('/all/0/value', 2, [0, 1, 2, 3, 4, 5])]
    """
    for at, part in _asked(document, ""):
        value = part.get("value")
        if type(value) is int and "operator" in part:
            least = 0 if "event" in part else value + _NEIGHBOURS[0]
            near = [value + step for step in _NEIGHBOURS if value + step >= least]
            yield f"{at}/value", value, near


def _asked(document: object, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every leaf, those under ``same`` and what holds included."""
    for place, part in parts(document, at):
        if "same" in part:
            rest = {key: value for key, value in part.items() if key != "same"}
            yield from _asked(rest, place)
        elif "has_been" in part:
            yield from _asked(part["has_been"], f"{place}/has_been")
        else:
            yield place, part


def faults(document: object, scope: Scope = Scope.SEGMENT) -> list[InvalidError]:
    """Return every part's fault, each with its place: what is faulty is left out to find the next.

    >>> wrong = {"all": [{"attribute": "traits.a", "operator": "is"}, {"all": []}]}
    >>> [fault.at for fault in faults(wrong)]
    ['/all/0/operator', '/all/1/all']
    """
    found: list[InvalidError] = []
    while len(found) < MOST_FAULTS:
        try:
            parse(document, scope=scope)
        except InvalidError as fault:
            found.append(fault)
            document = replaced(document, _around(document, fault.at), EVERYONE)
        else:
            break
    return found


def _around(document: object, at: str) -> str:
    """Return the pointer of the smallest whole condition a place stands in."""
    whole, here, rest, inside = "", "", at.split("/")[1:], document
    while rest and isinstance(inside, dict) and "same" not in inside:
        taken = _step(inside, rest)
        if not taken:
            break
        here += "".join(f"/{token}" for token in rest[:taken])
        inside, rest = _within(inside, rest[:taken]), rest[taken:]
        whole = here
    return whole


def _step(inside: Mapping[str, Any], rest: list[str]) -> int:
    """Return how many tokens lead to the next condition, 0 where none follows."""
    if rest[0] in _INNER:
        return 1
    if rest[0] in _LISTS and len(rest) > 1 and isinstance(inside.get(rest[0]), list):
        return 2
    return 0


def _within(inside: Mapping[str, Any], tokens: list[str]) -> object:
    value: Any = inside
    for token in tokens:
        value = value[int(token)] if isinstance(value, list) else value.get(token)
    return value
