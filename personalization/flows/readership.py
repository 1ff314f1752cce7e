"""Readership: an endpoint hears what it may know, and how it fares is written down."""

from __future__ import annotations

from uuid import UUID

from personalization.profiles import permission
from personalization.profiles.models import Identity
from personalization.push import endpoints
from personalization.push.models import Delivery
from personalization.push.registry import Load, Outcome
from personalization.sites import audit

ACTOR = "courier"


def permitted(load: Load) -> bool:
    """Return whether an endpoint may be told, and the person it is about still permits it."""
    if not endpoints.permitted(load, endpoints.of_lane(load.lane)):
        return False
    subject = load.payload["body"]["data"].get("subject")
    if subject is None:
        return True
    said = words(UUID(subject["profile"]))
    return said is not None and said.get(permission.PURPOSE) is not False


def words(profile: UUID) -> dict[str, bool] | None:
    """Return the last word on every purpose; ``None`` for somebody who is no more."""
    person = Identity.objects.filter(pk=profile).first()
    if person is None:
        return None
    said = permission.ledger([person.view.hex])
    return permission.standing(said.get(person.view.hex, ()))


def told(load: Load, outcome: Outcome) -> None:
    """Write down how an endpoint fared; say in the audit that it is off, or what it lost."""
    endpoint = endpoints.of_lane(load.lane)
    if endpoint is None:
        return
    if endpoints.fared(endpoint, outcome, load.now):
        audit.record(endpoint.site_id, ACTOR, "switched off", endpoint, {"because": endpoints.GONE})
    if outcome.state == Delivery.State.DEAD:
        lost = {"key": load.key, "error": outcome.error, "attempts": load.attempt}
        audit.record(endpoint.site_id, ACTOR, "dead letter", endpoint, lost)
