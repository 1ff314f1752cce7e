"""The events that count at each point: filtered by the measure, joined by profile and instant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ibis

from personalization.features.pointintime.filters import expression
from personalization.features.pointintime.sessions import begun
from personalization.features.pointintime.told import told
from rules.conditions import Measure
from rules.windows.begun import moves

POINT = ("profile", "now")
"""What names a point: whose history, and the instant it is read at."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A measure, the points it is asked at, and the events it hears of, as expressions.

    ``points`` have ``profile`` and ``now``; ``events`` have ``profile``, ``at``, ``tie``, ``name``
    and the cells of their values. Instants are microseconds UTC.
    """

    measure: Measure
    points: Any
    events: Any

    def heard(self, *parts: str) -> Any:
        """Return the events of the measure's name and dates that its filter is true of.

        They have ``profile``, ``at``, ``tie`` and these parts of the measured path.
        """
        found, span = self.ever(), self.measure.span
        if span.since is not None:
            found = found.filter(found["at"] >= span.since)
        if span.until is not None:
            found = found.filter(found["at"] < span.until)
        values = {part: told(found, self.measure.path or "", part) for part in parts}
        return found.select("profile", "at", "tie", **values)

    def ever(self) -> Any:
        """Return the events of the measure's name that its filter is true of, of whatever date."""
        measure, events = self.measure, self.events
        holds = events.name == measure.event
        if measure.where is not None:
            holds &= expression(measure.where, events)
        return events.filter(holds)

    def around(self, heard: Any) -> Any:
        """Return each point beside each event its window keeps: ``counts`` says those that count.

        The window is half open: an event at *t* counts while ``now - length < t <= now - offset``.
        """
        points, span = self.points.distinct(), self.measure.span
        if moves(span):
            points = begun(points, self.events, span)
        near = [points.profile == heard.profile, heard.at <= points.now]
        if moves(span):
            near.append(heard.at > points.floor)
        if span.length is not None:
            near.append(heard.at > points.now - span.length)
        joined = points.join(heard, near, rname="{name}_heard")
        counts = joined.at <= joined.now - span.offset if span.offset else ibis.literal(True)
        return joined.mutate(counts=counts)
