"""Errands: what the worker's loop does beside events and timers, a little of each at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from personalization.flows import (
    listing,
    mirroring,
    newsroom,
    preparation,
    punctual,
    understudy,
    vigil,
)
from personalization.plant.clock import Clock

Errand = Callable[[], int]


def both(clock: Clock) -> list[Errand]:
    """Return what every role does: news wait for whoever comes first."""
    return [partial(newsroom.step, clock), partial(vigil.step, clock, vigil.LATE)]


def patient(clock: Clock, is_stopping: Callable[[], bool]) -> list[Errand]:
    """Return what must not keep events waiting."""
    publish = partial(preparation.advance, clock, is_stopping)
    steps = (punctual.step, listing.step, mirroring.step, vigil.step, understudy.step)
    return [publish, *(partial(step, clock) for step in steps)]
