"""Declared features come in force: back-filled from the log first, beside the live state."""

from __future__ import annotations

from django.db import transaction

from personalization.features import declaration
from personalization.flows import definitions, preparation
from personalization.flows.beginning import Thing, begin
from personalization.flows.flipping import flip
from personalization.plant.clock import Clock, system
from personalization.profiles import catalogue
from personalization.sites.models import Publication
from rules.errors import InvalidError


def publish(site_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish what is declared, back-filled from the log; with it slots, attributes and keys."""
    _one_at_a_time(site_id)
    with transaction.atomic():
        drafted = declaration.drafted(site_id, actor, catalogue.hierarchies(site_id))
        if drafted is None:
            return renew(site_id, actor, clock)
        found = definitions.live(site_id, features_as=drafted.pk)
        begun = begin(Thing(site_id, "features", 0, drafted.pk), actor, clock)
    preparation.begin(begun, found.digest, clock)
    begun.refresh_from_db()
    return begun


def _one_at_a_time(site_id: int) -> None:
    """Refuse a second set while one is prepared: the later to be ready would win."""
    preparing = Publication.objects.filter(site_id=site_id, kind="features", state="preparing")
    if preparing.exclude(revision_id=0).exists():
        said = "expected no features in preparation: wait for them, or cancel them"
        raise InvalidError("", "preparing", said)


def renew(site_id: int, actor: str, clock: Clock = system) -> Publication:
    """Publish what changed in slots, attributes, models or keys: a new generation, at once."""
    definitions.live(site_id)
    return flip(begin(Thing(site_id, "features", 0, 0), actor, clock), clock)
