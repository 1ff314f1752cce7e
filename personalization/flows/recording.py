"""Recording: a share's permitted events become new states, straight on or folded again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

import orjson

from personalization.events.inbox import Message
from personalization.features import recorder
from personalization.features.recorder import Folded, Kept
from personalization.flows import enlisting, stories
from personalization.flows.share import Share
from personalization.profiles import catalogue
from personalization.profiles.identity import People
from rules.state import Event, State

PART = 250
"""So many profiles are folded before they are handed on."""
FAMILIES = ("traits", "properties", "context")
"""The parts of a message whose values are attributes."""

SAMPLES = 50
"""So many identify calls of a batch are looked at for traits nobody told before."""

Arrivals = dict[str, list[Message]]
"""New messages by the profile they belong to."""


def record(share: Share, people: People, permitted: Sequence[Message]) -> Iterator[list[Folded]]:
    """Fold the permitted events into every profile they belong to, and those that were joined.

    Some profiles at a time: what is folded can be written while the next ones are.
    """
    _learn(share, permitted)
    enlisting.enlist(share, permitted)
    arrivals = _arrivals(people, permitted)
    wanted = {*arrivals, *people.joined, *people.gone}
    kept = recorder.load(wanted, share.definitions.digest)
    recorder.level({p: kept[p] for p in (*people.joined, *people.gone)})
    anew: dict[str, tuple[str, int]] = dict.fromkeys(people.joined, ("merge", -1))
    straight = _onward(share, {p: kept[p] for p in arrivals if p not in anew}, arrivals, anew)
    while part := list(islice(straight, PART)):
        yield part
    yield stories.refold(share, {profile: kept[profile] for profile in anew}, anew)


def _onward(
    share: Share, kept: Mapping[str, Kept], arrivals: Arrivals, anew: dict[str, tuple[str, int]]
) -> Iterator[Folded]:
    """Yield the profiles that only go on; note those that must be folded anew."""
    for profile, row in kept.items():
        events = stories.worth(share, row, arrivals[profile])
        state = _straight(share, row, events) if events else None
        if state is not None:
            yield recorder.onward(row, state, events, share.definitions, share.now)
        elif events:
            anew[profile] = ("late", events[0].at)


def _arrivals(people: People, permitted: Sequence[Message]) -> Arrivals:
    arrivals: Arrivals = {}
    for message in permitted:
        for profile in people.targets(message.owner, message.device):
            arrivals.setdefault(profile, []).append(message)
    return arrivals


def _straight(share: Share, kept: Kept, events: list[Event]) -> State | None:
    """Return the state to go on from, or None where the events come late or ask for more."""
    if kept.through >= events[0].at:
        return None
    return recorder.continues(kept, share.definitions)


def _learn(share: Share, permitted: Sequence[Message]) -> None:
    """Let the catalogue see the traits that were told, and one event of every name."""
    samples = {(m.kind, m.name): m for m in permitted}
    told = [m for m in permitted if m.kind == "identify"][:SAMPLES]
    bodies = [
        orjson.loads(m.body) for m in {m.message: m for m in [*samples.values(), *told]}.values()
    ]
    catalogue.learn(share.site, [{k: v for k, v in b.items() if k in FAMILIES} for b in bodies])


def late(messages: Iterable[Message], share: Share) -> set[str]:
    """Return the messages too late to count; the import lane knows no lateness."""
    if share.lane == "import":
        return set()
    limit = share.terms.lateness
    return {m.message for m in messages if m.received_at - m.at > limit}
