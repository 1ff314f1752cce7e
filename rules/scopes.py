"""Where a condition stands, and which families of attributes may be asked about there."""

from __future__ import annotations

from enum import Enum

from rules.errors import InvalidError
from rules.expect import text

_LONGEST_PATH = 256


class Scope(Enum):
    """The place of a condition: a segment's, a matrix row's, or an event's filter.

    What belongs to a request (``context``, ``time``, ``session``, ``scores``) may not move people
    between segments; an event's filter sees that event alone.
    """

    SEGMENT = ("traits", "derived", "features", "clusters", "consent")
    MATRIX = (
        "traits",
        "derived",
        "context",
        "features",
        "scores",
        "clusters",
        "consent",
        "session",
        "time",
    )
    WHERE = ("properties", "context")


FAMILIES = frozenset(family for scope in Scope for family in scope.value)
"""The first words a dotted path may have."""


def attribute(raw: object, at: str, scope: Scope) -> str:
    """Return the dotted path of an attribute this scope may ask about, else ``InvalidError``.

    >>> attribute("traits.plan", "/attribute", Scope.SEGMENT)
    'traits.plan'
    """
    path = text(raw, at, _LONGEST_PATH)
    family, *names = path.split(".")
    if not names or "" in names or family not in FAMILIES:
        families = ", ".join(f"{each}.*" for each in scope.value)
        raise InvalidError(at, "attribute", f"expected a dotted path of {families}")
    if family not in scope.value:
        families = ", ".join(f"{each}.*" for each in scope.value)
        raise InvalidError(at, "scope", f"{family}.* cannot be asked here; expected {families}")
    return path
