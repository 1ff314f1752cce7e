"""Triggering: what happened is recorded as firings; their effects wait in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from personalization.events.inbox import Message
from personalization.features.recorder import Folded
from personalization.flows import acquaintance, consequences, occasions
from personalization.flows.acquaintance import Circle
from personalization.flows.share import Share
from personalization.profiles.identity import People
from personalization.segments import firings, triggers
from personalization.segments.firings import Chance
from personalization.segments.membership import Recorded
from personalization.segments.models import Firing


def fire(
    share: Share,
    people: People | None,
    messages: Sequence[Message],
    folded: Sequence[Folded],
    moves: Sequence[Recorded],
) -> None:
    """Fire every trigger that waited for this, once; imports, rebuilds and publishes fire none."""
    armed = triggers.armed(share.site) if share.lane == "live" else []
    if not armed:
        return
    chain = _chain(share, people, messages, moves)
    chances = list(occasions.of_moves(share, people, moves, armed, chain))
    if people is not None:
        chances += occasions.of_events(share, people, messages, armed)
    if chances:
        circle = acquaintance.circle(share, chances, folded)
        judged = [one for chance in chances if (one := _judged(circle, chance)) is not None]
        taken = [consequences.taken(circle, chance) for chance in firings.capped(judged, share.now)]
        fresh = {c.key for c in firings.write(share.site, [t.chance for t in taken], share.now)}
        consequences.act(share, circle, [one for one in taken if one.chance.key in fresh])


def _chain(
    share: Share,
    people: People | None,
    messages: Iterable[Message],
    moves: Iterable[Recorded],
) -> dict[str, int]:
    """Return how many triggers stand behind what happened to each profile just now."""
    if people is None:
        return firings.chains({recorded.profile for recorded in moves}, share.now)
    found: dict[str, int] = {}
    for message in messages:
        if behind := occasions.hops(message):
            person = people.person[message.owner]
            found[person] = max(behind, found.get(person, 0))
    return found


def _judged(circle: Circle, chance: Chance) -> Chance | None:
    """Return a chance as it is to be recorded, or None where its condition does not hold."""
    if chance.profile not in circle.names or not circle.holds(chance):
        return None
    if not circle.permits(chance, chance.armed.plan.purpose):
        return chance.over(Firing.Outcome.NO_CONSENT, chance.armed.plan.purpose)
    if chance.hops > chance.armed.plan.hops:
        return chance.over(Firing.Outcome.HOP_LIMIT)
    return chance
