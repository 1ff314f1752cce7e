"""Where a variant speaks which language, and what is shown where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from personalization.content.catalogue import EVERYWHERE, chain
from personalization.content.models import Slot, Variant, VariantRevision

MOST = 100
"""Locales of a site that are looked at."""


class Tongue(NamedTuple):
    """One locale of a variant: its revision in force, its newest, and where it falls back to.

    ``falls`` is a locale, or ``None`` where nothing of the variant is shown.
    """

    locale: str
    live: int
    newest: int
    status: str
    falls: str | None


class Step(NamedTuple):
    """One link of the chain: a locale of the variant, another variant, or the page's own content.

    ``live`` says that it has something to show; the first that has is what is shown.
    """

    kind: str
    name: str
    live: bool
    pk: int = 0


def tongues(variant: Variant) -> list[Tongue]:
    """Return every locale the site speaks, the one for all first."""
    site = variant.slot.site
    rows = VariantRevision.objects.filter(variant__slot__site=site)
    known = rows.values_list("locale", flat=True).order_by("locale").distinct()[:MOST]
    found: dict[str, list[VariantRevision]] = {}
    for row in variant.revisions.order_by("number"):
        found.setdefault(row.locale, []).append(row)
    live = {name: row.number for name, all_ in found.items() for row in all_ if _shown(row)}
    names = sorted({EVERYWHERE, site.locale, *known})
    return [_tongue(name, found.get(name, []), live, site.locale) for name in names]


def covered(found: list[Tongue]) -> tuple[int, int]:
    """Return in how many of the site's named locales the variant is live, and how many those are.

    >>> covered([Tongue("", 1, 1, "live", ""), Tongue("de", 1, 1, "live", "de")])
    (1, 1)
    """
    named = [one for one in found if one.locale]
    return sum(one.live > 0 for one in named), len(named)


def steps(variant: Variant, locale: str) -> Iterator[Step]:
    """Yield what is tried, in order, when this variant is wanted in a locale."""
    slot, site = variant.slot, variant.slot.site
    live = _live(slot)
    locales = chain(locale, site.locale)
    own = live.get(variant.slug, set())
    for name in locales:
        yield Step("locale", name, name in own)
    pks = dict(slot.variants.values_list("slug", "pk"))
    for slug in slot.fallback:
        if slug != variant.slug:
            able = bool(live.get(slug, set()) & set(locales))
            yield Step("variant", slug, able, pks.get(slug, 0))
    yield Step("page", "", True)


def _live(slot: Slot) -> dict[str, set[str]]:
    rows = VariantRevision.objects.filter(
        variant__slot=slot, variant__enabled=True, status=VariantRevision.Status.LIVE
    )
    found: dict[str, set[str]] = {}
    for slug, locale in rows.values_list("variant__slug", "locale"):
        found.setdefault(slug, set()).add(locale)
    return found


def _tongue(name: str, revisions: list[VariantRevision], live: dict[str, int], site: str) -> Tongue:
    last = revisions[-1] if revisions else None
    falls = next((one for one in chain(name, site) if one in live), None)
    status = str(last.status) if last else ""
    return Tongue(name, live.get(name, 0), last.number if last else 0, status, falls)


def _shown(row: VariantRevision) -> bool:
    return row.status == VariantRevision.Status.LIVE
