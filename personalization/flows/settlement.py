"""Settlement: what a fold says is stored: states, moves, members and timers."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows.share import Share
from personalization.segments import membership, timers
from personalization.segments.membership import Course, Recorded

NOBODY: Mapping[str, str] = MappingProxyType({})


def settle(share: Share, folded: list[Folded], gone: Mapping[str, str] = NOBODY) -> list[Recorded]:
    """Write states, moves, members and timers; ``gone`` are profiles that became part of others."""
    terms, definitions = share.terms, share.definitions
    keys = frozenset(plan.key for plan in definitions.plans if not plan.hidden)
    courses = [Course(f.profile, f.moves, f.since, f.state.memberships) for f in folded]
    moves = membership.settle(courses, keys, share.site, terms.generation, share.now, gone)
    recorder.store(folded, share.site, terms.generation, definitions.digest)
    timers.arm(share.site, [(f.profile, f.state.next_change) for f in folded])
    if gone:
        recorder.drop(gone)
        timers.drop(gone)
    return moves
