"""Drafts of matrices: a new revision for every change, parsed as it will be when published."""

from __future__ import annotations

from django.db import transaction

from personalization.decisions.models import Matrix, MatrixRevision
from personalization.sites import progress, sessions
from personalization.sites.progress import Subject
from rules.errors import InvalidError
from rules.matrix.check.checker import check as find
from rules.matrix.check.findings import document as write_finding
from rules.matrix.document import Matrix as Document
from rules.matrix.document import document as write
from rules.matrix.document import parse

STEPS = 20_000
"""What the checker may cost while an editor waits: less than a second."""


def draft(matrix: Matrix, document: object, author: str, note: str = "") -> MatrixRevision:
    """Write the next revision of a matrix; ``InvalidError`` when it could not be published."""
    check(document, matrix.slot.key)
    with transaction.atomic():
        Matrix.objects.select_for_update().get(pk=matrix.pk)
        newest = matrix.revisions.order_by("-number").first()
        made = matrix.revisions.create(
            number=newest.number + 1 if newest else 1,
            document=sessions.paused(matrix.slot.site_id, document),
            author=author[:150],
            note=note,
        )
        progress.drafted(Subject("matrix", matrix.slot.site_id, matrix.pk), made)
        return made


def check(document: object, slot: str | None = None) -> Document:
    """Return the parsed matrix, or raise the ``InvalidError`` that says where it is wrong."""
    parsed = parse(document)
    if slot is not None and parsed.slot not in {"", slot}:
        raise InvalidError("/slot", "mismatch", f'expected "{slot}", the slot of this matrix')
    return parsed


def findings(parsed: Document) -> list[dict[str, object]]:
    """Return what the checker finds in a matrix by itself, whatever the site has."""
    return [write_finding(found) for found in find(parsed, budget=STEPS).findings]


def remarks(stored: object) -> list[dict[str, object]]:
    """Return what the checker finds in a stored document, nothing where it cannot be read."""
    try:
        return findings(parse(stored))
    except InvalidError:
        return []


def ordered(stored: object) -> object:
    """Return a stored document with its keys in the order people write them."""
    try:
        return write(parse(stored))
    except InvalidError:
        return stored
