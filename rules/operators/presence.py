"""Being there at all: the only operators that see the unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules import expect
from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import NONE, Shape
from rules.values import TYPES

_JSON: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "list": (tuple, list),
}
TYPE = Shape("type", {"enum": [*_JSON]}, lambda raw, at: expect.one_of(raw, at, tuple(_JSON)))


@operator(
    "is_known",
    "is known",
    negation=("is_unknown", "is not known"),
    kinds=TYPES,
    shape=NONE,
    total=True,
    index="points",
    example=Example(None, "anything", None),
)
def is_known(_operand: None) -> Check:
    """The attribute has a value that may be used; never itself unknown."""
    return lambda value, _facts: value is not None


@operator(
    "is_empty",
    "is empty",
    negation=("is_not_empty", "is not empty"),
    kinds=("string", "list"),
    shape=NONE,
    example=Example(None, "", "x"),
)
def is_empty(_operand: None) -> Check:
    """The text has no characters, or the list no entries."""

    def check(value: Any, _facts: Facts) -> Truth:
        return not value if isinstance(value, str | list | tuple) else None

    return check


@operator(
    "has_type",
    "is of the type",
    negation=("not_has_type", "is of another type"),
    kinds=TYPES,
    shape=TYPE,
    example=Example("number", 5, "5"),
)
def has_type(operand: str) -> Check:
    """The value is a string, number, boolean or list, as JSON has them; an instant is a number."""
    sought = _JSON[operand]
    known = tuple(kind for kinds in _JSON.values() for kind in kinds)

    def check(value: Any, _facts: Facts) -> Truth:
        return type(value) in sought if type(value) in known else None

    return check
