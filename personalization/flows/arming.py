"""Arming: a trigger's revision is put in force, and fires for what happens from then on."""

from __future__ import annotations

from personalization.flows import definitions
from personalization.flows.beginning import PUBLISH, Thing, Way, begin
from personalization.flows.flipping import flip
from personalization.plant.clock import Clock, system
from personalization.push import secrets
from personalization.segments import triggers
from personalization.segments.models import Trigger, TriggerRevision
from personalization.sites.models import Publication
from rules.errors import InvalidError


def publish_trigger(
    revision_id: int, actor: str, clock: Clock = system, way: Way = PUBLISH
) -> Publication:
    """Publish a trigger's revision; ``InvalidError`` where it names a segment nobody is in."""
    revision = TriggerRevision.objects.select_related("trigger").get(pk=revision_id)
    trigger = revision.trigger
    known, plan = definitions.live(trigger.site_id).segments, triggers.check(revision.document)
    missing = plan.segments - known.keys()
    if missing:
        raise InvalidError("/on", "unknown", f"expected a segment in force, not {min(missing)}")
    if plan.action.signed and not secrets.live(triggers.lane(trigger.pk), clock.now()):
        renew_secret(trigger, clock)
    thing = Thing(trigger.site_id, "trigger", trigger.pk, revision_id)
    return flip(begin(thing, actor, clock, way), clock)


def renew_secret(trigger: Trigger, clock: Clock = system) -> str:
    """Give a trigger's requests a new signing secret and return it, to be shown once."""
    return secrets.renew(triggers.lane(trigger.pk), clock.now())
