"""Inference: who changed is concluded about anew, in a process of its own and one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.db import transaction

from personalization.features import recorder
from personalization.flows import concluding, evaluation, refolding
from personalization.flows import share as shares
from personalization.flows.dispatch import Dispatch
from personalization.flows.event import Passed
from personalization.plant import sql
from personalization.plant.clock import Clock
from personalization.segments import conclusions
from rules.inference.registry import DEFAULT, SpentError

log = logging.getLogger(__name__)

SLICE = 200
"""So many profiles are concluded about in one transaction."""


def run(
    clock: Clock, evaluator: str = DEFAULT, until: Callable[[], bool] = bool, most: int = SLICE
) -> int:
    """Conclude about everybody who waits; return about how many. ``until`` stops between slices."""
    total, dispatch = 0, Dispatch(clock)
    for site in conclusions.awaited():
        with evaluation.trial(site, evaluator) as chosen:
            while not until() and (done := _step(site, clock, chosen, most, dispatch)):
                total += done
    return total


def _step(site: int, clock: Clock, evaluator: str, most: int, dispatch: Dispatch) -> int:
    try:
        done, passed = step(site, clock, evaluator, most)
    except SpentError as end:
        log.warning("site %s: %s; the built-in evaluator goes on", site, end)
        done, passed = step(site, clock, DEFAULT, most)
    dispatch.send(passed)
    return done


def budget(seconds: float = 5.0) -> Callable[[], bool]:
    """Return what says when so much time is over."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def step(site: int, clock: Clock, evaluator: str, most: int = SLICE) -> tuple[int, Passed]:
    """Conclude about the profiles that wait longest; those in other hands come another time."""
    passed = Passed()
    with transaction.atomic():
        share = shares.of([site], clock)[site]
        wanted = conclusions.first(site, most)
        locked = [profile for (profile,) in sql.rows(refolding.LOCK_FREE, [wanted])]
        if not locked:
            return 0, passed
        mind = evaluation.mind(share, evaluator)
        turn = concluding.turn(share, mind, locked)
        kept = recorder.load(locked, share.definitions.digest)
        versions = {profile: row.version for profile, row in kept.items()}
        changed, said = [], []
        for folded in refolding.onward(share, kept):
            item, word = concluding.judged(turn, folded)
            if word is not None:
                said.append(word)
            if word is not None or folded.since is not None:
                changed.append(item)
                versions[item.profile] = item.version
        refolding.store(passed, share, changed)
        conclusions.write(site, said, mind.revision, share.now)
        conclusions.looked_at(site, versions, mind.revision)
    return len(locked), passed
