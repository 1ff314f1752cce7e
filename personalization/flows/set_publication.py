"""Publishing a set of segments: prepared like a segment, its members flip together."""

from __future__ import annotations

from personalization.flows import definitions, fitting, preparation
from personalization.flows.beginning import PUBLISH, Thing, Way, begin
from personalization.plant.clock import Clock, system
from personalization.segments import sets
from personalization.segments.models import SegmentSetRevision
from personalization.sites.models import Publication


def publish_set(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Publish a revision of a set; raises InvalidError where it does not fit the site."""
    revision = SegmentSetRevision.objects.select_related("set").get(pk=revision_id)
    site = revision.set.site_id
    found = definitions.live(site, set_as=revision_id)
    fitting.free(site, sets.dropped(revision))
    thing = Thing(site, "set", revision.set_id, revision_id)
    begun = begin(thing, actor, clock, way)
    preparation.begin(begun, found.digest, clock)
    begun.refresh_from_db()
    return begun
