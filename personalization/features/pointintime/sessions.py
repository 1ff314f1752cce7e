"""Where a span whose beginning moves has begun, at each point: with the present session."""

from __future__ import annotations

from typing import Any

import ibis

from rules.conditions import Span
from rules.windows.begun import FOREVER


def begun(points: Any, events: Any, span: Span) -> Any:
    """Return the points with ``floor``: only what is later than it counts.

    A session goes on while every pause between two events of the profile, of whatever name, is
    shorter than its gap. Where none goes on at a point, the floor is later than every event.

    >>> points = ibis.table({"profile": "string", "now": "int64"}, name="points")
    >>> log = ibis.table({"profile": "string", "at": "int64"}, name="events")
    >>> begun(points, log, Span(in_session=30)).columns
    ('profile', 'now', 'floor')
    """
    gap = span.in_session
    order = ibis.window(group_by=events.profile, order_by=events["at"])
    before = events.select("profile", "at", before=events["at"].lag().over(order))
    opens = before.before.isnull() | (before["at"] - before.before >= gap)
    told = before.select(
        "profile", "at", start=ibis.ifelse(opens, before["at"], ibis.null("int64"))
    )
    near = [points.profile == told.profile, told["at"] <= points.now]
    rows = points.left_join(told, near, rname="{name}_told")
    found = rows.group_by("profile", "now").agg(start=rows.start.max(), latest=rows["at"].max())
    goes = found.now - found.latest < gap
    return found.select("profile", "now", floor=ibis.ifelse(goes, found.start - 1, FOREVER))
