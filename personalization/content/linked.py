"""The entry of a CMS that fills a variant: where it stands, and whether the variant shows it."""

from __future__ import annotations

from typing import Any, NamedTuple

from personalization.content.models import Variant
from personalization.content.sources import Binding, Entry


class Linked(NamedTuple):
    """A variant's entry: ``state`` is one of ``STATES``, ``lines`` are its locales."""

    binding: Binding
    state: str
    url: str
    title: str
    lines: list[Entry]


STATES = ("in_sync", "stale", "unusable", "unpublished", "deleted", "unread")
"""Shown as it is; changed since; cannot be shown; not public; gone; never read."""


def of(variant: Variant) -> Linked | None:
    """Return the link of a variant to an entry; nothing where it is written here."""
    binding = Binding.objects.select_related("source").filter(variant=variant).first()
    if binding is None:
        return None
    lines = list(binding.entries())
    shown: Any = next((one for one in lines if one.status == Entry.Status.PUBLISHED), None)
    shown = shown or next(iter(lines), None)
    url, title = (shown.url, shown.title) if shown else ("", "")
    return Linked(binding, _state(binding, lines), url, title, lines)


def _state(binding: Binding, lines: list[Entry]) -> str:
    kinds = {one.status for one in lines}
    if not kinds:
        gone = Entry.objects.filter(source=binding.source, external_id=binding.external_id)
        return "deleted" if gone.exists() else "unread"
    if Entry.Status.PUBLISHED not in kinds:
        return "unpublished" if Entry.Status.DRAFT in kinds else "deleted"
    if binding.stale:
        return "stale"
    return "unusable" if binding.fault else "in_sync"
