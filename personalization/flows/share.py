"""One site's share of a batch: its messages, under its terms, with the definitions pinned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from personalization.events.inbox import Batch, Message
from personalization.flows import definitions
from personalization.plant.clock import Clock
from personalization.profiles import catalogue
from personalization.profiles.links import Claim
from personalization.sites import terms
from personalization.sites.terms import Terms
from rules.definitions import Definitions


@dataclass(slots=True)
class Share:
    """What one site's part of a transaction needs to know."""

    terms: Terms
    definitions: Definitions
    now: int
    lane: str
    chosen: dict[str, str]
    messages: list[Message]

    @property
    def site(self) -> int:
        """The site's id."""
        return self.terms.site_id


def of(site_ids: Iterable[int], clock: Clock, lane: str = "live") -> dict[int, Share]:
    """Return empty shares; the sites' generations cannot flip before the transaction ends."""
    wanted = sorted(set(site_ids))
    now = clock.now()
    return {
        site: Share(
            known,
            definitions.load(site, known.generation),
            now,
            lane,
            catalogue.overrides(site),
            [],
        )
        for site, known in terms.pinned(wanted).items()
    }


def split(batch: Batch, messages: Iterable[Message], clock: Clock) -> list[Share]:
    """Return the messages by site."""
    messages = list(messages)
    shares = of({message.site for message in messages}, clock, batch.lane)
    for message in messages:
        shares[message.site].messages.append(message)
    return list(shares.values())


def claims(messages: Iterable[Message]) -> list[Claim]:
    """Return what the messages say about who is who."""
    found = []
    for m in messages:
        others = [m.device] if m.device is not None and m.device != m.owner else []
        for other in [*others, *m.aliases]:
            if other != m.owner:
                said_by = "server" if m.verified else "browser"
                found.append(Claim(other, m.owner, m.verified, said_by, m.at))
    return found
