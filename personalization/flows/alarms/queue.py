"""Work waits for too long: events in the inbox, timers that are overdue, things that must leave."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from personalization.events.backlog import OLDEST
from personalization.flows import backlog
from personalization.flows.alarms.registry import CRITICAL, MINUTE, WARNING, Kind, at, shelf
from personalization.plant import sql
from personalization.plant.instants import SECOND
from personalization.sites.sirens import Found

MOST = {"live": 30, "import": 3_600, "timers": 120, "outbox": 60}
"""Seconds after which what waits has waited too long."""
WORSE = 10
"""So many times that is critical."""


def look(now: int) -> Iterator[Found]:
    """Find the queues whose oldest item is too old."""
    oldest = {lane: at for lane, at in sql.rows(OLDEST) if at is not None}
    for name, statement in (("timers", backlog.TIMER), ("outbox", backlog.OUTBOX)):
        oldest |= dict.fromkeys([name], next((at for (at,) in sql.rows(statement)), now))
    for queue, most in MOST.items():
        age = (now - oldest.get(queue, now)) // SECOND
        if age > most:
            grade = CRITICAL if age > WORSE * most else WARNING
            yield Found(None, queue, grade, {"queue": queue, "age": age, "most": most})


shelf.put(
    "queue",
    Kind(
        title=_("Work waits too long"),
        says=_("The oldest item of %(queue)s has waited for %(age)s s (at most %(most)s s)."),
        remedy=_("See which worker is behind or stuck; its log says why. More workers help."),
        patience=MINUTE,
        look=look,
        page=at("desk:runs"),
    ),
)
