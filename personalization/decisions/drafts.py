"""Drafts of matrices: a new revision for every change, parsed as it will be when published."""

from __future__ import annotations

from django.db import transaction

from personalization.decisions.models import Matrix, MatrixRevision
from rules.errors import InvalidError
from rules.matrix.document import Matrix as Document
from rules.matrix.document import document as write
from rules.matrix.document import parse


def draft(matrix: Matrix, document: object, author: str, note: str = "") -> MatrixRevision:
    """Write the next revision of a matrix; ``InvalidError`` when it could not be published."""
    check(document, matrix.slot.key)
    with transaction.atomic():
        Matrix.objects.select_for_update().get(pk=matrix.pk)
        newest = matrix.revisions.order_by("-number").first()
        return matrix.revisions.create(
            number=newest.number + 1 if newest else 1,
            document=document,
            author=author[:150],
            note=note,
        )


def check(document: object, slot: str | None = None) -> Document:
    """Return the parsed matrix, or raise the ``InvalidError`` that says where it is wrong."""
    parsed = parse(document)
    if slot is not None and parsed.slot not in {"", slot}:
        raise InvalidError("/slot", "mismatch", f'expected "{slot}", the slot of this matrix')
    return parsed


def ordered(stored: object) -> object:
    """Return a stored document with its keys in the order people write them."""
    try:
        return write(parse(stored))
    except InvalidError:
        return stored
