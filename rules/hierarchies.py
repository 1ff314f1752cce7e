"""What lies above what: a category above others, an attribute above those its path leads to.

A hierarchy of values is kept as the children of each value, one of attributes as the paths below.
``rules.spreading`` works both into conditions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from rules import expect
from rules.errors import InvalidError

MOST_VALUES = 5_000
DEEPEST = 16
MOST_BELOW = 50_000
"""So many pairs of a value and one below it."""
LONGEST = 200
ARROW = ">"

Children = dict[str, list[str]]
"""The values right below each value that has any, in order."""
Below = Mapping[str, tuple[str, ...]]
"""All values below each value that has any, in order."""
Paths = tuple[str, ...]
"""The attributes below another, in order."""
Hierarchies = Mapping[str, Below | Paths]
"""What lies below the values of an attribute, or below the attribute itself, by its path."""


NONE: Hierarchies = {}


def parse(raw: object, at: str = "") -> Children:
    """Return a hierarchy given as children by value, or as lines of text from the top down.

    ``InvalidError`` (``circle``, ``too_large``, ``too_deep``, ``too_costly``) names the place.

    >>> parse("outdoor > tents > family tents")
    {'outdoor': ['tents'], 'tents': ['family tents']}
    >>> parse({"outdoor": ["tents", "stoves"]})
    {'outdoor': ['stoves', 'tents']}
    """
    pairs = dict.fromkeys(_lines(raw, at) if isinstance(raw, str) else _entries(raw, at))
    if len({value for pair in pairs for value in pair}) > MOST_VALUES:
        raise InvalidError(at, "too_large", f"expected at most {MOST_VALUES} values")
    children: Children = {}
    for parent, child in sorted(pairs):
        children.setdefault(parent, []).append(child)
    below(children, at)
    return children


def _lines(raw: str, at: str) -> Iterator[tuple[str, str]]:
    for index, line in enumerate(raw.splitlines()):
        values = [part.strip() for part in line.split(ARROW)]
        if values == [""]:
            continue
        place = f"{at}/{index}"
        values = [expect.text(value, place, LONGEST) for value in values]
        if len(values) == 1:
            raise InvalidError(place, "shape", f"expected a value, {ARROW} and one below it")
        yield from pairwise(values)


def _entries(raw: object, at: str) -> Iterator[tuple[str, str]]:
    if not isinstance(raw, dict):
        raise InvalidError(at, "type", "expected lines of text, or an object of lists")
    for parent, children in raw.items():
        place = f"{at}/{expect.pointer(parent)}"
        expect.text(parent, place, LONGEST)
        for index, child in enumerate(expect.items(children, place, MOST_VALUES)):
            yield parent, expect.text(child, f"{place}/{index}", LONGEST)


def below(children: Mapping[str, list[str]], at: str = "") -> dict[str, tuple[str, ...]]:
    """Return all values below each value; ``InvalidError`` for a circle and for too many.

    >>> below({"outdoor": ["tents"], "tents": ["family tents"]})["outdoor"]
    ('family tents', 'tents')
    """
    found: dict[str, frozenset[str]] = {}
    heights: dict[str, int] = {}
    for value in children:
        _collect(value, children, found, heights, (), at)
    if sum(map(len, found.values())) > MOST_BELOW:
        raise InvalidError(at, "too_costly", f"expected at most {MOST_BELOW} values below others")
    return {value: tuple(sorted(found[value])) for value in children}


def _collect(
    value: str,
    children: Mapping[str, list[str]],
    found: dict[str, frozenset[str]],
    heights: dict[str, int],
    above: tuple[str, ...],
    at: str,
) -> frozenset[str]:
    if value in above:
        circle = f" {ARROW} ".join((*above[above.index(value) :], value))
        raise InvalidError(at, "circle", f"expected values without a circle, not {circle}")
    if len(above) + heights.get(value, 1) > DEEPEST:
        raise InvalidError(at, "too_deep", f"expected at most {DEEPEST} levels")
    if value in found or value not in children:
        return found.get(value, frozenset())
    path = (*above, value)
    deeper = [_collect(child, children, found, heights, path, at) for child in children[value]]
    heights[value] = 1 + max(heights.get(child, 1) for child in children[value])
    found[value] = frozenset(children[value]).union(*deeper)
    return found[value]


def text(children: Mapping[str, list[str]]) -> str:
    """Return a hierarchy as lines of text; ``parse`` reads it back.

    >>> text({"outdoor": ["tents"]})
    'outdoor > tents'
    """
    pairs = ((parent, child) for parent, under in children.items() for child in under)
    return "\n".join(f"{parent} {ARROW} {child}" for parent, child in pairs)


def either(children: Children, parent: bool, at: str = "") -> None:
    """Raise ``InvalidError`` where both values and attributes are to lie below one attribute.

    >>> either({"outdoor": ["tents"]}, False)
    """
    if children and parent:
        expected = "expected values below its values, or attributes below it, not both"
        raise InvalidError(at, "exclusive", expected)


def nested(parent: str, paths: Iterable[str]) -> Paths:
    """Return those of the paths that lie below another, in order.

    >>> nested("traits.address", ["traits.address.city", "traits.addressed"])
    ('traits.address.city',)
    """
    return tuple(sorted(path for path in set(paths) if path.startswith(f"{parent}.")))
