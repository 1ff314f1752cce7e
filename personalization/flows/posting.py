"""Posting: whose a delivery is says whether it may leave, with what, and who hears of its end."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

from personalization.flows import farewell, keeping, readership, reading
from personalization.plant.clock import Clock
from personalization.profiles import permission
from personalization.push import courier as couriers
from personalization.push.courier import Courier, Equip, Permit, Told
from personalization.push.registry import Load, Outcome
from personalization.segments import triggers
from personalization.segments.models import Firing
from personalization.sites import audit

GONE = "gone"
"""What a receiver says that wants nothing more, ever (HTTP 410)."""


def courier(clock: Clock) -> Courier:
    """Return the courier of this house."""
    return Courier(clock, permitted, partial(_ended, clock), equipped)


def _ended(clock: Clock, load: Load, outcome: Outcome) -> None:
    told(load._replace(now=clock.now()), outcome)


def permitted(load: Load) -> bool:
    """Return whether a delivery may still leave; one that is nobody's any more may not."""
    whose = _whose(load)
    return whose is not None and whose.permitted(load)


def equipped(load: Load) -> Load:
    """Return a delivery with what it is signed or asked with."""
    whose = _whose(load)
    return load if whose is None else whose.equipped(load)


def told(load: Load, outcome: Outcome) -> None:
    """Tell whose a delivery is what came of it; ``now`` of the load is when that is."""
    whose = _whose(load)
    if whose is not None:
        whose.told(load, outcome)


class Whose(NamedTuple):
    """What one kind of lane asks before an attempt, gives it, and does with its outcome."""

    permitted: Permit
    told: Told
    equipped: Equip = couriers.signing


def _whose(load: Load) -> Whose | None:
    return LANES.get(load.lane.partition(":")[0])


def _consented(load: Load) -> bool:
    """Return whether a trigger is on and nobody took a yes back."""
    firing = Firing.objects.filter(key=load.key).select_related("revision", "trigger").first()
    if firing is None or not firing.trigger.enabled:
        return False
    purpose = triggers.purpose_of(firing.revision_id, firing.revision.document)
    words = readership.words(firing.profile)
    if purpose is None or words is None:
        return False
    return words.get(purpose) is not False and words.get(permission.PURPOSE) is not False


def _heeded(load: Load, outcome: Outcome) -> None:
    """Switch a trigger off whose receiver is gone for good."""
    row = triggers.switch_off(load.lane) if outcome.error == GONE else None
    if row is not None:
        audit.record(row.site_id, "courier", "switched off", row, {"because": "410 Gone"})


LANES: Mapping[str, Whose] = {
    "trigger": Whose(_consented, _heeded),
    "source": Whose(reading.permitted, keeping.told, reading.equipped),
    "endpoint": Whose(readership.permitted, readership.told),
    farewell.LANE: Whose(lambda _: True, lambda _, outcome: outcome, farewell.equipped),
}
"""Whose deliveries are, by the first word of their lane."""
