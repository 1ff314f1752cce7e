"""Whether a matrix fits its site: every segment, measure and variant it names is there."""

from __future__ import annotations

from personalization.decisions.models import MatrixRevision
from rules.definitions import Definitions
from rules.errors import InvalidError
from rules.matrix import compiled, document


def check(revision: MatrixRevision, asked: Definitions) -> None:
    """Raise InvalidError where a matrix asks for what the site does not have."""
    found = compiled.compile(document.parse(revision.document), asked.keys)
    for name in sorted(found.segments - asked.segments.keys()):
        raise InvalidError("/rows", "unknown", f"expected a published segment, not {name}")
    if found.matrix.aggregate is not None:
        raise InvalidError("/aggregate", "unsupported", "expected rows to show, not one value")
    slugs = set(revision.matrix.slot.variants.values_list("slug", flat=True))
    for index, row in enumerate(found.matrix.rows):
        if row.variant not in slugs:
            at = f"/rows/{index}/then/variant"
            raise InvalidError(at, "unknown", "expected a variant of this slot")
