"""Writing a variant's content on top of the revision one has seen; nothing is written twice."""

from __future__ import annotations

from typing import NamedTuple

from django.db import transaction

from personalization.content import drafts
from personalization.content.models import Variant, VariantRevision
from rules.errors import InvalidError

LONGEST_LOCALE = 20


class Written(NamedTuple):
    """The revision that says it, whether it is a new one, and what others wrote meanwhile.

    ``theirs`` is there where nothing was written: somebody has to decide.
    """

    revision: VariantRevision | None
    fresh: bool = False
    theirs: VariantRevision | None = None


def newest(variant: Variant, locale: str) -> VariantRevision | None:
    """Return the newest revision of a variant in one locale."""
    return variant.revisions.filter(locale=locale).order_by("-number").first()


@transaction.atomic
def saved(variant: Variant, content: object, seen: int, author: str, locale: str = "") -> Written:
    """Write a draft on the revision ``seen`` (0: none); ``InvalidError`` for what is no content.

    What the newest revision says already is not written again.
    """
    if locale and (len(locale) > LONGEST_LOCALE or not _is_locale(locale)):
        raise InvalidError("/locale", "value", "expected a locale like de or de-AT")
    drafts.check(variant.slot.schema, content)
    Variant.objects.select_for_update().get(pk=variant.pk)
    last = newest(variant, locale)
    if last is not None and last.content == content:
        return Written(last)
    if (last.number if last else 0) != seen:
        return Written(None, theirs=last)
    return Written(drafts.draft(variant, content, author, locale), fresh=True)


def _is_locale(text: str) -> bool:
    parts = text.split("-")
    return parts[0].isalpha() and all(part.isalnum() and part.isascii() for part in parts)
