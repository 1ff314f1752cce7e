"""The sorts of values, and which operators can be followed over a piece of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as AnyValue

TEXT, NUMBER, BOOLEAN, LIST, LOCATION = "string", "number", "boolean", "list", "location"


READS: Mapping[str, frozenset[str]] = {
    TEXT: frozenset(("string", "version", "ip")),
    NUMBER: frozenset(("number", "datetime")),
    BOOLEAN: frozenset(("boolean",)),
    LIST: frozenset(("list",)),
    LOCATION: frozenset(("location",)),
}
"""The sorts of values, and the types of the catalogue that come as each."""


TUPLES = (LIST, LOCATION)
"""The sorts that operators may take for each other: a place is a list of two numbers."""


NOTHING: AnyValue = "\0nothing"
"""The value of a piece for which none could be given."""


LOOKS = ("contains", "starts_with", "ends_with")


RELATIVE = frozenset(("within_last", "older_than", "within_next", "further_than"))


_VERSIONS = frozenset(("version_equals", "version_at_least", "version_at_most"))


_LISTS = frozenset(("has_any", "has_all", "size", "is_empty"))


FOLLOWED = frozenset((*LOOKS, "in_network", "has_type")) | _VERSIONS | _LISTS | RELATIVE
"""Operators whose answer is the same all over a piece, beside those that compare with points."""


PURE = (FOLLOWED - RELATIVE) | {"matches", "bucket", "near", "inside", "modulo"}
"""Operators whose answer depends on the value and on nothing else."""
