"""What a generation asks of every profile: its windows, features and segments, compiled once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stability:
    """How firmly a segment holds on: durations in microseconds, moves counted per 24 hours.

    ``enter_after``: true for this long before entering; ``exit_after``: not true for this long
    before leaving; ``min_stay``: no exit sooner than this after entering; ``max_moves_per_day``:
    None for no limit.
    """

    enter_after: int = 0
    exit_after: int = 0
    min_stay: int = 0
    max_moves_per_day: int | None = None


@dataclass(frozen=True, slots=True)
class Definitions:
    """The compiled definitions of one generation, immutable.

    ``segments`` maps a segment's name to its key: a hash of its canonical condition (with the
    segments it names replaced by their keys) and stability, so that equal definitions share their
    state and a change of wording back-fills nothing. ``features`` maps a feature's name to the key
    of its window. ``digest`` names the whole set of keys.
    """

    segments: Mapping[str, str]
    features: Mapping[str, str]
    digest: str
