"""Looking for alarms in tests: a look, what is raised, and events that are no good."""

from __future__ import annotations

from personalization.events import message
from personalization.events.message import Call
from personalization.events.parcel import Parcel, pack
from personalization.flows import reentry, vigil
from personalization.sites.alarms import Alarm

HOUSE = ("worker", "store", "queue")
"""Kinds about processes, of which a test has none."""


def raised(*kinds):
    rows = Alarm.objects.filter(ended_at=None).exclude(raised_at=None)
    rows = rows.filter(kind__in=kinds) if kinds else rows.exclude(kind__in=HOUSE)
    return [(row.kind, row.subject, row.grade) for row in rows.order_by("kind", "subject")]


def look(ground, after=0):
    """Let some time pass, and somebody look."""
    ground.clock.instant += after
    assert vigil.step(ground.clock)


def spoil(ground, good, bad):
    """Admit good and faulty events as the web process does."""
    call = Call(ground.site.pk, "live", ground.clock.now(), limits=message.LIVE, verified=True)
    parcel = Parcel(ground.site.pk, "live", ground.clock.now())
    told = [{"type": "track", "event": "Seen", "userId": f"u{n}"} for n in range(good)]
    pack([*told, *({"type": "track", "userId": "x"} for _ in range(bad))], None, call, parcel)
    reentry.store(parcel)
