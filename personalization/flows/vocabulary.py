"""What an editor may name in a matrix: the site's attributes, segments, the slot's variants."""

from __future__ import annotations

from typing import Any

from personalization.content.models import Slot, Variant
from personalization.features.models import Feature
from personalization.profiles import catalogue
from personalization.segments.models import Segment

MOST = 2_000
"""Names of each kind that a page offers; others can be typed."""


def of(slot: Slot) -> dict[str, Any]:
    """Return the names, by kind; a variant's says what it is called and whether it can be shown."""
    site = slot.site_id
    features = Feature.objects.filter(site_id=site).values_list("name", flat=True)[:MOST]
    attributes = {**dict(sorted(catalogue.types(site).items())[:MOST])}
    attributes |= {f"features.{name}": "number" for name in features}
    segments = Segment.objects.filter(site_id=site).order_by("slug")
    variants = Variant.objects.filter(slot=slot).order_by("slug")
    return {
        "attributes": attributes,
        "segments": dict(segments.values_list("slug", "name")[:MOST]),
        "variants": {one.slug: one.name or one.slug for one in variants[:MOST] if one.enabled},
    }
