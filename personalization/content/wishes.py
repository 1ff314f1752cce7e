"""What an entry wishes its variant to show, locale by locale."""

from __future__ import annotations

from typing import Any, NamedTuple

from personalization.content import mapping
from personalization.content.catalogue import EVERYWHERE
from personalization.content.sources import Binding, Entry


class Wishes(NamedTuple):
    """Contents by locale, the locales the entry speaks of at all, and what cannot be shown."""

    contents: dict[str, dict[str, Any]]
    spoken: frozenset[str]
    fault: str


def of(binding: Binding, schema: str, default: str = "") -> Wishes:
    """Return what a binding's entry wishes now; its ``default`` locale stands for all."""
    contents: dict[str, dict[str, Any]] = {}
    spoken: set[str] = set()
    faults = []
    rows = sorted(binding.entries(), key=lambda one: (one.locale == "", one.version))
    for entry in rows:
        locale = EVERYWHERE if entry.locale == default else entry.locale
        spoken.add(locale)
        if entry.status != Entry.Status.PUBLISHED:
            continue
        found = mapping.content(schema, binding.mapping, entry)
        if found.content is None:
            faults.append(f"{entry.locale or 'every locale'}: {found.fault}")
        else:
            contents[locale] = found.content
    return Wishes(contents, frozenset(spoken), "; ".join(faults))
