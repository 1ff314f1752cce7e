"""Settlement: what a fold says is stored: states, moves, members and timers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from personalization.features import recorder
from personalization.features.recorder import Folded
from personalization.flows.share import Share
from personalization.plant import sql
from personalization.segments import conclusions, membership, timers
from personalization.segments.membership import Course, Recorded

NOBODY: Mapping[str, str] = MappingProxyType({})


def settle(
    share: Share, folds: Iterable[list[Folded]], gone: Mapping[str, str] = NOBODY
) -> tuple[list[Folded], list[Recorded]]:
    """Write states, moves, members and timers of each part while the next one is folded.

    ``gone`` are profiles that became part of others. Returns all that was folded and all moves.
    """
    folded: list[Folded] = []
    moves: list[Recorded] = []
    with sql.ahead():
        for part in folds:
            moves += _settle(share, part, gone)
            folded += part
        if gone:
            membership.forget(gone, share.now)
            conclusions.forget(gone)
            recorder.drop(gone)
            timers.drop(gone)
    return folded, moves


def _settle(share: Share, folded: list[Folded], gone: Mapping[str, str]) -> list[Recorded]:
    terms, definitions = share.terms, share.definitions
    keys = frozenset(k for plan in definitions.plans if not plan.hidden for k in plan.places)
    courses = [Course(f.profile, f.moves, f.since, f.state.memberships) for f in folded]
    moves = membership.settle(courses, keys, share.site, terms.generation, share.now, gone)
    recorder.store(folded, share.site, terms.generation, definitions.digest)
    timers.arm(share.site, [(f.profile, f.state.next_change) for f in folded])
    if definitions.watched.conditions:
        conclusions.mark(share.site, (f.profile for f in folded), share.now)
    return moves
