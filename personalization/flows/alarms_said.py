"""Alarms in words: what is wrong, what to do about it and where, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from personalization.flows.alarms.registry import Page, shelf
from personalization.sites.alarms import Alarm
from personalization.sites.roles import Caller
from rules import appointments

INSTANT = "_at"


class Said(NamedTuple):
    """An alarm in words, and the page one goes to about it."""

    title: str
    says: str
    remedy: str
    page: Page


class _Figures(dict[str, Any]):
    """What is told; what an older look did not tell is a dash."""

    def __missing__(self, name: str) -> str:
        return "-"


def said(row: Alarm, zone: str) -> Said:
    """Return an alarm in words, with its instants in a zone."""
    kind, told = shelf[row.kind], _figures(row.told, zone)
    page = kind.page(row.subject, row.told)
    return Said(str(kind.title), str(kind.says) % told, str(kind.remedy), page)


def _figures(told: Mapping[str, Any], zone: str) -> _Figures:
    return _Figures(
        {
            name: appointments.said(value, zone) if value and name.endswith(INSTANT) else value
            for name, value in told.items()
        }
    )


def seen(who: Caller) -> QuerySet[Alarm]:
    """Return the alarms somebody may see: those of their sites, and those of the installation."""
    rows = Alarm.objects.filter(kind__in=list(shelf)).exclude(raised_at=None)
    sites = who.sites()
    if sites is not None:
        rows = rows.filter(Q(site__in=sites) | Q(site=None))
    return rows.select_related("site")


def opened(who: Caller) -> QuerySet[Alarm]:
    """Return the alarms that are open: the worst first, those somebody knows of last."""
    known = F("acknowledged_at").asc(nulls_first=True)
    return seen(who).filter(ended_at=None).order_by(known, "grade", "since", "pk")


def may_acknowledge(who: Caller, row: Alarm) -> bool:
    """Say whether somebody may say that they know: an operator; for the whole house, any."""
    if row.site_id is None:
        return who.may_somewhere("operator")
    return who.may("operator", row.site_id)
