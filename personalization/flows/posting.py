"""Posting: before each attempt consent is asked again; a receiver that says never is not asked."""

from __future__ import annotations

from personalization.plant.clock import Clock
from personalization.profiles import permission
from personalization.profiles.models import Identity
from personalization.push.courier import Courier
from personalization.push.registry import Load, Outcome
from personalization.segments import triggers
from personalization.segments.models import Firing
from personalization.sites import audit

GONE = "gone"
"""What a receiver says that wants nothing more, ever (HTTP 410)."""


def courier(clock: Clock) -> Courier:
    """Return the courier of this house."""
    return Courier(clock, permitted, told)


def permitted(load: Load) -> bool:
    """Return whether a delivery may still leave: its trigger is on and nobody took a yes back."""
    firing = Firing.objects.filter(key=load.key).select_related("revision", "trigger").first()
    if firing is None or not firing.trigger.enabled:
        return False
    purpose = triggers.purpose_of(firing.revision_id, firing.revision.document)
    person = Identity.objects.filter(pk=firing.profile).first()
    if purpose is None or person is None:
        return False
    said = permission.ledger([person.view.hex])
    words = permission.standing(said.get(person.view.hex, ()))
    return words.get(purpose) is not False and words.get(permission.PURPOSE) is not False


def told(load: Load, outcome: Outcome) -> None:
    """Switch a trigger off whose receiver is gone for good."""
    row = triggers.switch_off(load.lane) if outcome.error == GONE else None
    if row is not None:
        audit.record(row.site_id, "courier", "switched off", row, {"because": "410 Gone"})
