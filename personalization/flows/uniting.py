"""A document made from an older revision, on top of what others wrote since."""

from __future__ import annotations

import json
from typing import Any

from personalization.decisions.models import Matrix
from rules.errors import InvalidError
from rules.matrix.document import document as write
from rules.matrix.document import parse
from rules.matrix.merging import Conflict, merge

FILE, DRAFT = "file", "draft"
"""Whose stands where both changed the same."""
Document = dict[str, Any]
United = tuple[Document, tuple[Conflict, ...]]


def at(row: Matrix, number: int) -> Document:
    """Return the canonical document of a revision; of none, where there is no draft yet, 0."""
    if number == 0:
        return write(parse({"rows": [], "fallback": row.slot.fallback}))
    found = row.revisions.filter(number=number).first()
    if found is None:
        raise InvalidError("/base", "unknown", "expected the number of a revision of this matrix")
    return write(parse(found.document))


def settled(row: Matrix, told: Document, base: int, seen: int, keep: str) -> United:
    """Return a file's document on top of what others wrote since ``base``, and the conflicts."""
    if base == seen:
        return told, ()
    before, theirs = at(row, base), at(row, seen)
    sides = (theirs, told) if keep == DRAFT else (told, theirs)
    merged = merge(before, *sides)
    return merged.document, () if keep else merged.conflicts


def same(one: object, other: object) -> bool:
    """Tell whether two documents are the same, 1 and true being two."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
