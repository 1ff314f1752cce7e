"""The calendar: lanes of slots and segments over days, as a table and as a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from personalization.api.desk.gate import desk, render
from personalization.flows import daybook
from personalization.flows.daybook import Entry
from personalization.plant import clock
from personalization.sites.models import Site
from personalization.sites.scoped import caller
from rules import lanes, zones
from rules.appointments import said

LENGTHS = (7, 14, 28)
"""How many days may be shown."""
SPAN = range(1990, 2200)
"""Years that are shown."""


@desk("viewer")
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """Show what happens when, and what clashes."""
    who, now = caller(request), clock.system.now()
    sites = {site.pk: site for site in who.visible_sites()}
    asked, default = request.GET.get("zone", ""), _usual(list(sites.values()))
    zone = zones.zone(asked or default)
    wrong = "" if zone else gettext("expected a zone like Europe/Berlin")
    clocks = zone or ZoneInfo("UTC")
    today = zones.local(now, clocks).date()
    first = _first(request.GET.get("from", ""), today)
    length = int(found) if (found := request.GET.get("days", "")) in map(str, LENGTHS) else 14
    edges = lanes.days(datetime.combine(first, datetime.min.time()), length, clocks)
    told = daybook.entries(who, edges[0], edges[-1], now)
    told = [one for one in told if one.place.site_id in sites]
    turns = lanes.turns(edges[0], edges[-1], clocks)
    context = {
        "zone": clocks.key,
        "asked": asked or clocks.key,
        "wrong": wrong,
        "zones": sorted({"UTC", default, *(site.timezone for site in sites.values())}),
        "days": [
            _day(first + timedelta(days=n), today, edges[n : n + 2], turns) for n in range(length)
        ],
        "groups": list(_groups(told, edges, sites, clocks.key)),
        "list": [_told(one, sites, clocks.key) for one in told],
        "turns": [_turn(one) for one in turns],
        "clashing": sum(bool(one.clashes) for one in told),
        "length": length,
        "lengths": LENGTHS,
        "first": first.isoformat(),
        "now": said(now, clocks.key),
        "links": _links(first, length, asked, today),
    }
    return render(request, "admin/desk/calendar.html", gettext("Calendar"), **context)


def _usual(sites: Sequence[Site]) -> str:
    """Return the zone that is shown where none is asked for: the sites', if they share one."""
    named = {site.timezone for site in sites}
    return named.pop() if len(named) == 1 else "UTC"


def _first(asked: str, today: date) -> date:
    """Return the first day: the one asked for, else the Monday of this week."""
    try:
        found = date.fromisoformat(asked)
    except ValueError:
        found = today - timedelta(days=today.weekday())
    return found if found.year in SPAN else today


def _links(first: date, length: int, zone: str, today: date) -> dict[str, str]:
    step = timedelta(days=length)
    monday = today - timedelta(days=today.weekday())
    starts = {"before": first - step, "after": first + step, "today": monday}
    kept = {"days": length, **({"zone": zone} if zone else {})}
    own = reverse("desk:calendar")
    return {name: f"{own}?{urlencode({'from': day, **kept})}" for name, day in starts.items()}


def _day(
    day: date, today: date, edges: Sequence[int], turns: Sequence[lanes.Turn]
) -> dict[str, Any]:
    changes = [_turn(one) for one in turns if edges[0] <= one.at < edges[1]]
    return {
        "name": date_format(day, "D j"),
        "whole": date_format(day, "l, j F Y"),
        "weekend": day.weekday() > 4,  # noqa: PLR2004 -- Friday
        "today": day == today,
        "changes": changes,
    }


def _turn(one: lanes.Turn) -> str:
    words = (
        gettext("On %(day)s the clocks skip from %(before)s to %(after)s.")
        if one.skips
        else gettext("On %(day)s the clocks go back from %(before)s to %(after)s.")
    )
    day = date_format(one.before, "j F Y")
    return words % {"day": day, "before": f"{one.before:%H:%M}", "after": f"{one.after:%H:%M}"}


def _groups(
    told: Sequence[Entry], edges: Sequence[int], sites: dict[int, Site], zone: str
) -> Iterator[dict[str, Any]]:
    """Yield the lanes of each site: what overlaps stands in tracks of its own."""
    for one, entries in groupby(sorted(told, key=lambda e: (e.place, e.start)), lambda e: e.place):
        mine = list(entries)
        spans = [_span(entry, edges) for entry in mine]
        rows: dict[int, list[tuple[tuple[int, int], Entry]]] = {}
        for track, span, entry in zip(lanes.tracks(spans), spans, mine, strict=True):
            rows.setdefault(track, []).append((span, entry))
        cells = [list(_cells(row, len(edges) - 1, sites, zone)) for row in rows.values()]
        yield {"place": one, "site": sites[one.site_id], "tracks": cells, "several": len(sites) > 1}


def _span(entry: Entry, edges: Sequence[int]) -> tuple[int, int]:
    """Return the first and the last day an entry stands on, of those that are shown."""
    last = len(edges) - 2
    days = range(last + 1)
    first = next((day for day in days if entry.start < edges[day + 1]), last)
    end = next((day for day in days if entry.until <= edges[day + 1]), last)
    return (first, max(first, end))


def _cells(
    row: Sequence[tuple[tuple[int, int], Entry]], count: int, sites: dict[int, Site], zone: str
) -> Iterator[dict[str, Any]]:
    at = 0
    for (first, last), entry in row:
        if first > at:
            yield {"span": first - at, "entry": None}
        yield {"span": last - first + 1, "entry": _told(entry, sites, zone)}
        at = last + 1
    if at < count:
        yield {"span": count - at, "entry": None}


def _told(one: Entry, sites: dict[int, Site], zone: str) -> dict[str, Any]:
    """Return an entry as the page shows it: its times in the zone of the page."""
    until = "" if one.kind in {"schedule", "failed"} else _end(one, zone)
    return {
        **one._asdict(),
        "site": sites[one.place.site_id],
        "from": said(one.start, zone) if one.start else "",
        "clock": f"{zones.local(one.start, zones.zone(zone) or ZoneInfo('UTC')):%H:%M}",
        "till": until,
        "url": reverse("desk:revision", args=one.ref) if one.ref else "",
    }


def _end(one: Entry, zone: str) -> str:
    return said(one.until, zone) if one.until < lanes.ENDLESS else gettext("without an end")


urlpatterns = [path("calendar/", calendar, name="calendar")]
