"""How many people saw what on each day, and who would have seen something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from personalization.flows.calendar import Days, Seen

SAMPLE = 10
"""So many people are named for each way to move."""


@dataclass(slots=True)
class Tally:
    """The counts of a replay; whoever moves in one way counts once for it."""

    days: Days
    live: list[Counter[str]] = field(default_factory=list)
    draft: list[Counter[str]] = field(default_factory=list)
    differ: Counter[int] = field(default_factory=Counter)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    sample: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    moved: int = 0

    def __post_init__(self) -> None:
        """Begin with a count for every day."""
        self.live = [Counter() for _ in self.days.dates]
        self.draft = [Counter() for _ in self.days.dates]

    def take(self, profile: str, found: Iterable[Seen]) -> None:
        """Count one person's days; a way to move counts once for each person."""
        ways = set()
        for day, live, draft in found:
            self.live[day][live] += 1
            self.draft[day][draft] += 1
            if live != draft:
                self.differ[day] += 1
                ways.add((live, draft))
        self.moved += bool(ways)
        for way in ways:
            self.ways[way] += 1
            named = self.sample.setdefault(way, [])
            if len(named) < SAMPLE:
                named.append(profile)

    def report(self) -> dict[str, Any]:
        """Return all of it as JSON."""
        return {
            "days": [self._day(number) for number in range(len(self.days.dates))],
            "moved": self.moved,
            "ways": [
                {"from": way[0], "to": way[1], "people": people, "sample": self.sample[way]}
                for way, people in self.ways.most_common()
            ],
        }

    def _day(self, number: int) -> dict[str, Any]:
        told = {"day": self.days.dates[number].isoformat(), "differ": self.differ[number]}
        sides = {"live": dict(self.live[number]), "draft": dict(self.draft[number])}
        return {**told, "people": self.live[number].total(), **sides}
