"""Settlement: what a fold says is stored: states, moves, members and timers."""

from __future__ import annotations

from collections.abc import Mapping

from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows.share import Share
from personalization.segments import membership, timers
from personalization.segments.membership import Course, Recorded


def settle(share: Share, folded: list[Folded]) -> list[Recorded]:
    """Write states, moves, members and timers."""
    terms, definitions = share.terms, share.definitions
    keys = frozenset(plan.key for plan in definitions.plans if not plan.hidden)
    courses = [Course(f.profile, f.moves, f.since, f.state.memberships) for f in folded]
    moves = membership.settle(courses, keys, share.site, terms.generation, share.now)
    recorder.store(folded, share.site, terms.generation, definitions.digest)
    timers.arm(share.site, [(f.profile, f.state.next_change) for f in folded])
    return moves


def forget(gone: Mapping[str, str], now: int) -> None:
    """Take back what was kept of profiles that became part of others."""
    if gone:
        membership.forget(gone, now)
        recorder.drop(gone)
        timers.drop(gone)
