"""What shows content: the matrices and fallbacks a variant stands in, what fills from a source."""

from __future__ import annotations

from typing import Any

from personalization.content.models import Slot, Variant, VariantRevision
from personalization.content.sources import Binding, Source
from personalization.decisions.models import Matrix
from personalization.flows import mentions
from personalization.flows.kinds import KINDS
from personalization.sites.inuse import Use


def of_slot(slot: Slot) -> list[Use]:
    """Return what would be lost with a slot: its matrix and its variants."""
    matrix = Matrix.objects.filter(slot=slot).select_related("slot").first()
    found = [Use("matrix", matrix, str(matrix), matrix.live_id is not None)] if matrix else []
    rows = VariantRevision.objects.filter(variant__slot=slot, status="live")
    live = set(rows.values_list("variant_id", flat=True))
    shown = slot.variants.order_by("slug")
    return found + [Use("variant", one, one.slug, one.pk in live) for one in shown]


def of_variant(variant: Variant) -> list[Use]:
    """Return the matrix and the slot that show a variant, drafts and fallback chains too."""
    slot, slug = variant.slot, variant.slug
    shows = mentions.names(lambda part: isinstance(part, dict) and part.get("variant") == slug)
    matrices = mentions.revised(
        slot.site_id, KINDS["matrix"], lambda said: shows(said) or _falls(said, slug)
    )
    slots = mentions.revised(slot.site_id, KINDS["slot"], lambda said: _falls(said, slug))
    found = [use for use in matrices if getattr(use.row, "slot_id", None) == slot.pk]
    found += [use for use in slots if use.row == slot]
    if slug in slot.fallback and not any(use.row == slot for use in found):
        found.append(Use("slot", slot, str(slot), live=True))
    return found


def _falls(document: Any, slug: str) -> bool:
    return slug in (document.get("fallback") or ())


def of_source(source: Source) -> list[Use]:
    """Return the variants that are filled from a source."""
    filled = Binding.objects.filter(source=source).select_related("variant").order_by("pk")
    return [Use("binding", one, str(one), live=True) for one in filled]
