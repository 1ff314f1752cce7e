"""Drafts of stage rules: a new revision for every change, parsed as it will be when published."""

from __future__ import annotations

from django.db import transaction

from personalization.segments.models import StageRules, StageRulesRevision
from rules.errors import InvalidError
from rules.inference.document import Program, parse
from rules.inference.document import document as write


def draft(rules: StageRules, document: object, author: str, note: str = "") -> StageRulesRevision:
    """Write the next revision of stage rules; ``InvalidError`` when it could not be published."""
    check(document)
    with transaction.atomic():
        StageRules.objects.select_for_update().get(pk=rules.pk)
        newest = rules.revisions.order_by("-number").first()
        return rules.revisions.create(
            number=newest.number + 1 if newest else 1,
            document=document,
            author=author[:150],
            note=note,
        )


def check(document: object) -> Program:
    """Return the parsed rules, or raise the ``InvalidError`` that says where they are wrong."""
    return parse(document)


def ordered(stored: object) -> object:
    """Return a stored document with its keys in the order people write them."""
    try:
        return write(parse(stored))
    except InvalidError:
        return stored
