"""Putting in force and out of it: what each kind of thing is published and retired by."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from personalization.flows import arming, publication, retirement, set_publication
from personalization.flows.beginning import Way
from personalization.plant.clock import Clock
from personalization.sites.models import Publication

Put = Callable[[int, str, Clock, Way], Publication]

PUBLISH: Mapping[str, Put] = {
    "segment": publication.publish_segment,
    "set": set_publication.publish_set,
    "stages": publication.publish_stages,
    "trigger": arming.publish_trigger,
    "variant": publication.publish_variant,
    "matrix": publication.publish_matrix,
    "slot": publication.publish_slot,
}
"""Puts a revision of this kind in force; an older one again is a roll back."""
RETIRE: Mapping[str, Put] = {
    "segment": retirement.retire_segment,
    "matrix": retirement.retire_matrix,
    "variant": retirement.retire_variant,
}
"""Puts the live revision of this kind out of force."""
