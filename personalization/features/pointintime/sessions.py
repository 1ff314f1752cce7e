"""Where a span whose beginning moves has begun, at each point: a session, or an event before."""

from __future__ import annotations

from typing import Any

import ibis

from personalization.features.pointintime.filters import expression
from rules.conditions import Span
from rules.windows.begun import FOREVER


def begun(points: Any, events: Any, span: Span) -> Any:
    """Return the points with ``floor``: only what is later than it counts.

    A session goes on while every pause between two events of the profile, of whatever name, is
    shorter than its gap. Where none goes on at a point, the floor is later than every event.

    >>> points = ibis.table({"profile": "string", "now": "int64"}, name="points")
    >>> log = ibis.table({"profile": "string", "at": "int64", "name": "string"}, name="events")
    >>> begun(points, log, Span(in_session=30)).columns
    ('profile', 'now', 'floor')
    """
    gap, never = span.in_session, ibis.null("int64")
    order = ibis.window(group_by=events.profile, order_by=events["at"])
    seen = events.mutate(before=events["at"].lag().over(order))
    opens = seen.before.isnull() | (seen["at"] - seen.before >= (gap or 0))
    resets = seen["name"] == (span.since_last or "")
    if span.since_where is not None:
        resets &= expression(span.since_where, seen)
    told = seen.select(
        "profile",
        "at",
        start=ibis.ifelse(opens, seen["at"], never),
        reset=ibis.ifelse(resets.fill_null(False), seen["at"], never),
    )
    near = [points.profile == told.profile, told["at"] <= points.now]
    rows = points.left_join(told, near, rname="{name}_told")
    found = rows.group_by("profile", "now").agg(
        start=rows.start.max(), latest=rows["at"].max(), reset=rows.reset.max()
    )
    floor = found.reset.fill_null(-FOREVER)
    if span.since_last is None:
        floor = ibis.literal(-FOREVER)
    if gap is not None:
        goes = found.now - found.latest < gap
        floor = ibis.greatest(floor, ibis.ifelse(goes, found.start - 1, FOREVER))
    return found.select("profile", "now", floor=floor)
