"""Tidings: what a publication changes for who keeps copies: segments, slots, tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from personalization.content.models import Slot, Variant
from personalization.decisions.models import Matrix
from personalization.push import coalescing
from personalization.sites.models import Publication

REASONS = {
    "segment": "rule_published",
    "segment_retired": "rule_retired",
    "matrix_retired": "matrix_retired",
}
"""Why, where it is not the kind with ``_published``."""
FAMILIES = {"stages": "derived.", "features": "features."}
"""Whose attributes a publication changes."""


def of(
    publication: Publication, before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, Any]:
    """Return what site-wide listeners learn; the mappings are segments' keys, in force and new."""
    kind = publication.kind
    changed = {slug for slug in {*before, *after} if before.get(slug) != after.get(slug)}
    slots, tags = _slots(publication, changed), {f"segment:{slug}" for slug in changed}
    if kind.startswith("variant"):
        slug = Variant.objects.values_list("slug", flat=True).get(pk=publication.object_id)
        tags.add(f"variant:{slug}")
    tags |= {f"slot:{key}" for key in slots}
    assert publication.generation is not None
    reason = REASONS.get(kind, f"{kind}_published")
    return coalescing.thin(publication.generation, reason, segments=changed, slots=slots, tags=tags)


def _slots(publication: Publication, changed: set[str]) -> set[str]:
    """Return the slots that may show something else now."""
    if publication.kind == "slot":
        named = Slot.objects.filter(pk=publication.object_id)
        return set(named.values_list("key", flat=True))
    matrices = Matrix.objects.filter(slot__site_id=publication.site_id)
    if publication.kind.startswith("matrix"):
        return set(matrices.filter(pk=publication.object_id).values_list("slot__key", flat=True))
    if publication.kind.startswith("variant"):
        rows = Variant.objects.filter(pk=publication.object_id)
        return set(rows.values_list("slot__key", flat=True))
    family = FAMILIES.get(publication.kind)
    if not changed and family is None:
        return set()
    live = matrices.filter(live__isnull=False).values_list("slot__key", "live__document")
    return {key for key, document in live if _asks(document, changed, family)}


def _asks(document: Any, changed: set[str], family: str | None) -> bool:
    for part, name in _names(document):
        if part == "segment" and name in changed:
            return True
        if part == "attribute" and family is not None and name.startswith(family):
            return True
    return False


def _names(part: Any) -> Iterator[tuple[str, str]]:
    """Yield every segment and attribute a stored document names."""
    if isinstance(part, Mapping):
        for name, inner in part.items():
            if isinstance(inner, str):
                yield name, inner
            else:
                yield from _names(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _names(inner)
