"""What an editor may name in a matrix or a segment: attributes, segments, events, variants."""

from __future__ import annotations

from typing import Any

from personalization.content import glimpses
from personalization.content.models import Slot, Variant
from personalization.events import recent
from personalization.features.models import Feature
from personalization.profiles import catalogue
from personalization.segments.models import Segment

MOST = 2_000
"""Names of each kind that a page offers; others can be typed."""


ALWAYS = {"time.now": "datetime", "time.hour": "number", "time.weekday": "number"}
"""What every request says, so that no catalogue has to learn it."""
EVENTS = 2_000
"""So many of the newest events are looked at for their names and properties."""


def of(slot: Slot) -> dict[str, Any]:
    """Return the names, by kind; a variant's says what it is called and whether it can be shown."""
    variants = Variant.objects.filter(slot=slot).order_by("slug")
    shown = {one.slug: one.name or one.slug for one in variants[:MOST] if one.enabled}
    told = {**of_site(slot.site_id), "variants": shown, "glimpses": glimpses.of(slot, MOST)}
    return {**told, "attributes": {**ALWAYS, **told["attributes"]}}


def of_site(site: int) -> dict[str, Any]:
    """Return a site's attributes with their types, and its segments with their names."""
    features = Feature.objects.filter(site_id=site).values_list("name", flat=True)[:MOST]
    attributes = {**dict(sorted(catalogue.types(site).items())[:MOST])}
    attributes |= {f"features.{name}": "number" for name in features}
    segments = Segment.objects.filter(site_id=site).order_by("slug")
    return {
        "attributes": attributes,
        "segments": dict(segments.values_list("slug", "name")[:MOST]),
    }


def of_segment(site: int) -> dict[str, Any]:
    """Return what a segment's condition may name: attributes, segments, events and properties."""
    return {**of_site(site), "events": recent.vocabulary(site, EVENTS)}
