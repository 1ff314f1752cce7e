"""Being there at all: the only operators that see the unknown."""

from __future__ import annotations

from typing import Any

from rules.facts import Facts, Truth
from rules.operators.registry import Check, Example, operator
from rules.operators.shapes import NONE
from rules.values import TYPES


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
