"""Drafts of variants: a new revision for every change, checked by its slot's content type."""

from __future__ import annotations

from django.db import transaction

from personalization.content.models import Variant, VariantRevision
from personalization.content.registry import shelf
from personalization.sites import progress
from personalization.sites.progress import Subject


def draft(variant: Variant, content: object, author: str, locale: str = "") -> VariantRevision:
    """Write a variant's next revision in one locale; ``InvalidError`` for what the slot refuses."""
    check(variant.slot.schema, content)
    with transaction.atomic():
        Variant.objects.select_for_update().get(pk=variant.pk)
        newest = variant.revisions.filter(locale=locale).order_by("-number").first()
        made = variant.revisions.create(
            number=newest.number + 1 if newest else 1,
            locale=locale,
            content=content,
            author=author[:150],
        )
        progress.drafted(Subject("variant", variant.slot.site_id, variant.pk, locale), made)
        return made


def check(schema: str, content: object) -> None:
    """Raise ``InvalidError`` unless the content is of the slot's type."""
    shelf[schema].check(content)
