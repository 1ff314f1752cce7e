"""A filter on events as a boolean expression: SQL's three values are Kleene's."""

from __future__ import annotations

from functools import reduce
from typing import Any

import ibis

from personalization.features.pointintime.comparisons import test
from rules.conditions import All, Condition, Everyone, Not, Test
from rules.conditions import Any as AnyOf
from rules.errors import InvalidError


def expression(condition: Condition, events: Any) -> Any:
    """Return a ``where`` over a table of events: true, false, or NULL for unknown.

    ``InvalidError`` (``unsupported``) for what is not asked of a single event.

    >>> expression(Everyone(), ibis.table({"at": "int64"})).type().is_boolean()
    True
    """
    if isinstance(condition, Everyone):
        return ibis.literal(True)
    if isinstance(condition, Not):
        return ~expression(condition.part, events)
    if isinstance(condition, All | AnyOf):
        parts = [expression(part, events) for part in condition.parts]
        both = isinstance(condition, All)
        return reduce(lambda one, other: one & other if both else one | other, parts)
    if isinstance(condition, Test):
        return test(condition, events)
    raise InvalidError(
        "/where", "unsupported", f"{type(condition).__name__} is not asked of an event"
    )
