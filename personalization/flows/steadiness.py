"""How a condition moves people: entries and exits of the last day, and what stability removes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from personalization.flows import census, ground, truths
from personalization.flows.ground import ASKED
from personalization.flows.retold import OvertakenError
from personalization.plant.instants import to_text
from personalization.segments import drafts
from rules.durations import DAY
from rules.flapping import Period, Trial, replay
from rules.stability import Stability

SLICE = 200
LISTED = 1_000
"""So many people of the last day are named; all are counted."""


def report(asked: Mapping[str, Any], now: int, wanted: Callable[[], bool]) -> dict[str, Any]:
    """Fold histories; return the moves of the last day, and the report with and without stability.

    A fair draw of people is looked at; ``people`` and ``of`` say how many of how many.
    """
    site, own = asked["site"], drafts.stability_of(asked["stability"])
    condition = drafts.check(asked["condition"])
    period = Period(now - asked["days"] * DAY, now)
    free, firm = (Trial(one, period, asked["more_than"]) for one in (Stability(), own))
    profiles = census.drawn(site, census.MOST)
    moved: dict[bool, list[str]] = {True: [], False: []}
    beside = ground.of(site).beside({"": condition})
    for start in range(0, len(profiles), SLICE):
        if not wanted():
            raise OvertakenError
        part = profiles[start : start + SLICE]
        for profile, turns in zip(part, truths.of(site, part, beside, ASKED, now), strict=True):
            free.take(turns)
            firm.take(turns)
            for way in {m.entered for m in replay(turns, own, now) if m.at > now - DAY}:
                moved[way].append(profile)
    return {
        "people": len(profiles),
        "of": max(census.size(site), len(profiles)),
        "method": "log",
        "age_seconds": 0,
        "at": to_text(now),
        "days": asked["days"],
        "more_than": asked["more_than"],
        "without": free.report(free),
        "with": firm.report(free),
        "entered": {"count": len(moved[True]), "list": moved[True][:LISTED]},
        "left": {"count": len(moved[False]), "list": moved[False][:LISTED]},
    }
