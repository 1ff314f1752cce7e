"""Consequences: the effect of each firing, put where it leaves from in the same transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import NamedTuple

from personalization.flows import reentry
from personalization.flows.acquaintance import Circle
from personalization.flows.reentry import Told
from personalization.flows.share import Share
from personalization.push import deliveries
from personalization.push.deliveries import Draft
from personalization.segments.actions import registry
from personalization.segments.actions.registry import Occasion
from personalization.segments.firings import Chance
from personalization.segments.models import Firing
from rules.errors import InvalidError

log = logging.getLogger(__name__)


class Taken(NamedTuple):
    """A chance that was judged, and the effect where it fires."""

    chance: Chance
    effect: registry.Effect | None = None


def taken(circle: Circle, chance: Chance) -> Taken:
    """Work an effect out; where that fails, it harms this one firing alone."""
    if chance.outcome != Firing.Outcome.FIRED:
        return Taken(chance)
    try:
        plan = chance.armed.plan
        return Taken(chance, plan.action.effect(plan.settings, _occasion(circle, chance)))
    except InvalidError as fault:
        return Taken(chance.over(Firing.Outcome.REFUSED, f"{fault.code}: {fault}"))
    except Exception:
        log.exception("trigger %s cannot do what it should", chance.armed.slug)
        return Taken(chance.over(Firing.Outcome.REFUSED, "unworkable"))


def _occasion(circle: Circle, chance: Chance) -> Occasion:
    kind, name = circle.names[chance.profile]
    ids = (name if kind == "user" else None, name if kind == "anonymous" else None)
    told = (chance.armed.slug, chance.armed.number, chance.type, chance.at, chance.profile)
    return Occasion(*told, *ids, chance.data, circle.get(chance))


def act(share: Share, circle: Circle, taken: Iterable[Taken]) -> None:
    """Put effects where they leave from: the outside through deliveries, ours through the inbox."""
    drafts, back = [], []
    for chance, effect in taken:
        if isinstance(effect, registry.Parcel):
            lane = chance.armed.lane
            drafts.append(Draft(chance.key, lane, effect.carrier, effect.payload))
        elif effect is not None:
            known = circle.states[chance.profile].through
            name = circle.names[chance.profile]
            back.append(Told(chance, name, effect, max(share.now, known) + 1))
    deliveries.write(share.site, drafts, share.now)
    reentry.admit(share, back)
