"""Firing: what time does happens when it is due, beside the events, whatever one profile does."""

from __future__ import annotations

import logging
import time

from django.db import DatabaseError

from personalization.flows import refolding
from personalization.flows.dispatch import Dispatch
from personalization.flows.event import Passed
from personalization.plant.clock import Clock
from personalization.segments import timers
from rules.durations import HOUR

log = logging.getLogger(__name__)

SHARE = 0.5
"""Seconds that timers may take while events wait; a usual batch of events takes as long."""
APART = 100
"""So many profiles are folded one by one before others have their turn."""
LATER = HOUR
"""A profile that cannot be folded is not tried again sooner (microseconds)."""


def fire(clock: Clock, dispatch: Dispatch) -> int:
    """Let what is due happen and send it, for a share of time; return the transactions it took."""
    fired, until = 0, time.monotonic() + SHARE
    while (passed := due(clock)).letters:
        dispatch.send(passed)
        fired += 1
        if len(passed.snapshots) < refolding.MOST or time.monotonic() > until:
            break
    return fired


def due(clock: Clock) -> Passed:
    """Let due timers fire; where one profile cannot be folded, all others are, and it waits."""
    try:
        return refolding.due(clock)
    except DatabaseError:
        raise
    except Exception:
        log.exception("profiles that are due cannot be folded together; each is by itself")
    passed = Passed()
    for site, profiles in timers.due(clock.now(), APART).items():
        for profile in profiles:
            try:
                refolding.fire(site, [profile], clock, passed)
            except DatabaseError:
                raise
            except Exception:
                log.exception("profile %s cannot be folded; its timer waits", profile)
                timers.rearm([(profile, clock.now() + LATER)])
    return passed
