"""What uses anything that can be deleted: asked by every page and before every deletion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from personalization.content.models import Slot, Variant
from personalization.content.sources import Source
from personalization.decisions.models import Matrix
from personalization.features.models import Feature
from personalization.flows import content_uses as shown
from personalization.flows import mentions
from personalization.flows.kinds import KINDS
from personalization.profiles.models import Attribute
from personalization.push.models import Delivery, Endpoint
from personalization.segments.lists import ListVersion, SegmentList
from personalization.segments.models import Segment, SegmentSet
from personalization.sites import audit, inuse
from personalization.sites.inuse import Use


def of(row: Any) -> list[Use]:
    """Return what uses a row; nothing for what can be used by nothing."""
    return USES[type(row)](row) if type(row) in USES else []


def held(row: Any) -> str:
    """Return why a row cannot go as it stands; a thing in force is retired before it is deleted."""
    if isinstance(row, Segment | Matrix) and row.live_id is not None:
        return "it is in force: retire it first"
    if isinstance(row, Endpoint) and row.enabled:
        waiting = Delivery.objects.filter(lane=row.lane, state=Delivery.State.WAITING).count()
        return f"{waiting} deliveries wait for it: switch it off first" if waiting else ""
    return ""


def delete(row: Any, actor: str) -> None:
    """Delete a row that is not in force and that nothing uses, or ``InvalidError``."""
    inuse.refuse(row)
    audit.record(row.site_id, actor, "deleted", row, {"was": getattr(row, "slug", str(row))})
    row.delete()


def _segment(segment: Segment) -> list[Use]:
    roll = SegmentList.objects.filter(segment=segment).select_related("segment").first()
    own = [Use("list", roll, str(roll), live=True)] if roll else []
    return own + mentions.asked(segment.site_id, _asks(segment.slug), segment)


def _asks(slug: str) -> mentions.Test:
    keys = ("segment", "entered", "exited")
    return lambda part: isinstance(part, dict) and any(part.get(key) == slug for key in keys)


def _set(row: SegmentSet) -> list[Use]:
    slugs = [one.slug for one in row.members.all()]
    tests = [_asks(slug) for slug in slugs]
    return mentions.asked(row.site_id, lambda part: any(test(part) for test in tests), row)


def _roll(roll: SegmentList) -> list[Use]:
    return [use for use in _segment(roll.segment) if use.row != roll]


def _attribute(row: Attribute) -> list[Use]:
    found = mentions.asked(row.site_id, mentions.path(row.path), row, ("variant",))
    named = ListVersion.objects.filter(roll__segment__site_id=row.site_id, by=row.path)
    rolls = SegmentList.objects.filter(versions__in=named).select_related("segment").distinct()
    return found + [Use("list", roll, str(roll), live=True) for roll in rolls]


def _feature(row: Feature) -> list[Use]:
    return mentions.asked(row.site_id, mentions.path(f"features.{row.name}"), row, ("variant",))


def _endpoint(row: Endpoint) -> list[Use]:
    """Return the triggers that send to the same address, with a secret of their own."""
    sends = mentions.names(lambda part: isinstance(part, dict) and part.get("url") == row.url)
    found = mentions.revised(row.site_id, KINDS["trigger"], sends)
    return [use._replace(binds=False) for use in found]


USES: Mapping[Any, Callable[[Any], list[Use]]] = {
    Segment: _segment,
    SegmentSet: _set,
    SegmentList: _roll,
    Slot: shown.of_slot,
    Variant: shown.of_variant,
    Attribute: _attribute,
    Feature: _feature,
    Source: shown.of_source,
    Endpoint: _endpoint,
}
"""Who says what uses a row, by its kind."""
inuse.TOLD.append(of)
inuse.HELD.append(held)
