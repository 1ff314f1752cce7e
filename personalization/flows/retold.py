"""Conditions asked of the log: histories of a fair draw of people folded, whatever is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from personalization.flows import census, truths
from personalization.flows.ground import ASKED, Ground
from personalization.segments import history
from rules import fold
from rules.definitions import Definitions
from rules.facts import Truth
from rules.state import State

Mask = npt.NDArray[np.bool_]
SLICE = 200


class OvertakenError(Exception):
    """Something newer was asked meanwhile."""


def nobody(_slug: str) -> Mask | None:
    """Say that memberships are not at hand."""
    return None


class Judged(NamedTuple):
    """People, and of whom each condition is true and known; ``inside``: in the segment now.

    ``name`` returns the profiles of rows, ``told`` how and when it was found out, ``members`` who
    is in a segment now.
    """

    size: int
    name: Callable[[Sequence[int]], list[str]]
    true: Mapping[str, Mask]
    known: Mapping[str, Mask]
    inside: Mask
    told: Mapping[str, Any]
    members: Callable[[str], Mask | None] = nobody


def judge(
    here: Ground, slug: str, beside: Definitions, now: int, wanted: Callable[[], bool]
) -> Judged:
    """Fold the histories of a fair draw; ``OvertakenError`` once nobody wants to know."""
    keys = {n.removeprefix(ASKED): k for n, k in beside.segments.items() if n.startswith(ASKED)}
    profiles = census.drawn(here.site, census.MOST)
    answers: dict[str, list[Truth]] = {name: [] for name in keys}
    for start in range(0, len(profiles), SLICE):
        if not wanted():
            raise OvertakenError
        for state in truths.folded(here.site, profiles[start : start + SLICE], beside, now):
            whole = state if state.memberships else fold.fold(None, (), beside, now)
            for name, key in keys.items():
                answers[name].append(holds(whole, key, beside))
    of = max(census.size(here.site), len(profiles))

    def members(other: str) -> Mask:
        return _members(here, other, profiles)

    return Judged(
        len(profiles),
        lambda rows: [profiles[row] for row in rows],
        {name: _mask(truth is True for truth in said) for name, said in answers.items()},
        {name: _mask(truth is not None for truth in said) for name, said in answers.items()},
        members(slug),
        {"method": "log", "age_seconds": 0, "of": of},
        members,
    )


def holds(state: State, key: str, asked: Definitions) -> Truth:
    """Return what a condition said last; of whom it was never asked, what it says of a newborn."""
    place = state.memberships.get(key)
    if place is None or place.held_since is None:
        return asked.quiet.get(key)
    return place.holds


def _mask(flags: Any) -> Mask:
    return np.array(list(flags), np.bool_)


def _members(here: Ground, slug: str, profiles: Sequence[str]) -> Mask:
    inside = history.among(here.site, here.live.segments.get(slug, ""), profiles)
    return _mask(profile in inside for profile in profiles)
