"""The event's walk: from the inbox to what readers will see, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction

from personalization.events import inbox, log
from personalization.events.inbox import Batch
from personalization.flows import announcement, consent, recording, settlement, triggering
from personalization.flows import share as shares
from personalization.flows.announcement import Snapshots
from personalization.flows.consent import Judged
from personalization.flows.share import Share
from personalization.plant.clock import Clock
from personalization.profiles import identity, permission
from personalization.profiles.identity import People
from personalization.push.outbox import Letter
from personalization.sites.naming import SHARDS

LARGEST = 10_000
"""Events of one transaction at most: about a second's work."""


class Appetite(NamedTuple):
    """How much one transaction takes: packed rows, events in them, and of how many shards."""

    rows: int = 400
    events: int = 2_000
    shards: int = SHARDS

    def after(self, events: int) -> Appetite:
        """Return the next appetite: with a backlog more of fewer shards, the others left to others.

        More of one shard is more of each visitor, who is read, folded and written once a batch.
        """
        if events < self.events:
            return Appetite()
        more = min(LARGEST, 2 * self.events)
        return Appetite(more, more, SHARDS // 4)


@dataclass(slots=True)
class Passed:
    """What one walk did: how many events, and what may leave now that it is committed."""

    events: int = 0
    letters: list[Letter] = field(default_factory=list)
    snapshots: Snapshots = field(default_factory=dict)


def walk(lane: str, clock: Clock, appetite: Appetite) -> Passed:
    """Take what waits in a lane all the way to the outbox."""
    passed = Passed()
    with transaction.atomic():
        batch = inbox.lease(lane, *appetite)  # events: packed rows, each message admitted once
        for share in shares.split(batch, log.admit(batch), clock):
            people = _people(share)  # profiles: components, locked in id order
            judged = consent.judge(batch, share, people)  # profiles: consent as of receipt
            _keep(batch, share, people, judged)  # events: the log, under who it came from
            folds = recording.record(share, people, judged.permitted)  # features: the pure fold
            folds = consent.emptied(share, judged, folds)
            folded, moves = settlement.settle(share, folds, people.gone)  # segments: what changed
            triggering.fire(share, people, judged.permitted, folded, moves)  # who waited for it
            _add(passed, *announcement.announce(share, people, folded, moves, judged.standing))
        _finish(batch, passed)
    return passed


def _people(share: Share) -> People:
    names = {name for message in share.messages for name in message.names}
    return identity.find(share.site, names, shares.claims(share.messages), share.now)


def _keep(batch: Batch, share: Share, people: People, judged: Judged) -> None:
    permitted = judged.permitted
    identity.join(
        share.site, people, shares.claims(permitted), share.terms.trusts_claims, share.now
    )
    if people.joined:  # what any of them said is said for all of them now
        judged.said = permission.ledger(people.profiles())
    late = recording.late(permitted, share)
    log.write(permitted, late)
    batch.count(share.site, "applied", len(permitted))
    batch.count(share.site, "late", len(late))
    judged.permitted = [message for message in permitted if message.message not in late]


def _add(passed: Passed, letters: list[Letter], snapshots: Snapshots) -> None:
    passed.letters += letters
    passed.snapshots |= snapshots


def _finish(batch: Batch, passed: Passed) -> None:
    if batch.rows:
        inbox.delete(batch)
        log.count(batch, slot=64 + batch.shards[0])
    passed.events = len(batch.messages)
