"""Sirens: what a look found becomes alarms: raised, kept, acknowledged, and at last over."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from personalization.plant.instants import SECOND
from personalization.sites.alarms import Alarm

CALM = 60 * SECOND
"""So long nothing may be found before an alarm is over: what flickers is one alarm."""
KEPT = 90 * 86_400 * SECOND
"""So long an alarm that is over can be looked at."""
Key = tuple[str, int | None, str]


class Found(NamedTuple):
    """One thing a look found wrong: whose it is, what, how bad, and the figures of it.

    ``since`` is when it began, where that is known; else it is when it was first found.
    """

    site_id: int | None
    subject: str
    grade: str
    told: Mapping[str, object]
    since: int | None = None


class Turned(NamedTuple):
    """What a look changed: the alarms that were raised, and those that are over."""

    raised: list[Alarm]
    over: list[Alarm]


def keep(found: Mapping[str, Iterable[Found]], patience: Mapping[str, int], now: int) -> Turned:
    """Bring the open alarms of the kinds that were looked at in line with what was found.

    A kind that is not in ``found`` could not be looked at: its alarms stay as they are. The caller
    holds the vigil, so nobody else writes alarms meanwhile.
    """
    rows = Alarm.objects.filter(ended_at=None)
    known: dict[Key, Alarm] = {(r.kind, r.site_id, r.subject): r for r in rows}
    turned, gone = Turned([], []), []
    fresh: list[Alarm] = []
    kept: list[Alarm] = []
    for kind, ones in found.items():
        for one in ones:
            row = known.pop((kind, one.site_id, one.subject), None)
            (fresh if row is None else kept).append(row := _seen(row, kind, one, now))
            if row.raised_at is None and now - row.since >= patience[kind]:
                row.raised_at = now
                turned.raised.append(row)
    for row in known.values():
        if row.kind in found and row.raised_at is None:
            gone.append(row.pk)
        elif row.kind in found and now - row.seen_at >= CALM:
            row.ended_at = now
            turned.over.append(row)
    _write(fresh, [*kept, *turned.over], gone)
    return turned


def _seen(row: Alarm | None, kind: str, one: Found, now: int) -> Alarm:
    """Return the alarm of what was found, as it is now; one that got worse is nobody's again."""
    if row is None:
        since = min(one.since or now, now)
        row = Alarm(kind=kind, site_id=one.site_id, subject=one.subject, since=since)
    elif row.grade != one.grade == Alarm.Grade.CRITICAL:
        row.acknowledged_by, row.acknowledged_at, row.note = "", None, ""
    row.grade, row.told, row.seen_at = one.grade, dict(one.told), now
    return row


def _write(fresh: list[Alarm], changed: list[Alarm], gone: list[int]) -> None:
    Alarm.objects.bulk_create(fresh)
    fields = ("grade", "told", "seen_at", "raised_at", "ended_at")
    said = ("acknowledged_by", "acknowledged_at", "note")
    Alarm.objects.bulk_update(changed, (*fields, *said))
    if gone:
        Alarm.objects.filter(pk__in=gone).delete()


def acknowledge(row: Alarm, actor: str, note: str, now: int) -> bool:
    """Write that somebody knows; False where somebody did before, or it is over."""
    rows = Alarm.objects.filter(pk=row.pk, ended_at=None, acknowledged_at=None)
    told = {"acknowledged_by": actor[:150], "acknowledged_at": now, "note": note}
    return bool(rows.exclude(raised_at=None).update(**told))


def sweep(now: int, kinds: Collection[str]) -> None:
    """Forget what was over long ago, and kinds of alarms there are no more."""
    Alarm.objects.filter(ended_at__lt=now - KEPT).delete()
    Alarm.objects.filter(ended_at=None).exclude(kind__in=kinds).delete()
