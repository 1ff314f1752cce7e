"""Today: what waits for whoever looks, what goes live when, what went live lately, and alarms."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from personalization.api.desk import changes
from personalization.api.desk.gate import desk, render
from personalization.flows import agenda, alarms_said, vigil
from personalization.flows.agenda import Gone
from personalization.flows.kinds import KINDS, RETIRED
from personalization.plant import clock
from personalization.sites import audit, codewords, sirens
from personalization.sites.alarms import Alarm, Vigil
from personalization.sites.scoped import caller
from rules.appointments import said

MOST = 20
"""Lines of each list."""
NEXT = 10
PAST = 30
LONGEST = 300
HOUSE = "UTC"
"""The zone of what is about the whole installation."""


@desk("viewer")
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Show the day: somebody looks for alarms now where nobody has for a while."""
    vigil.step(clock.system, vigil.LATE)
    who, now = caller(request), clock.system.now()
    reviews, drafts, coming = agenda.reviews(who), agenda.drafts(who), agenda.upcoming(who)[:NEXT]
    waiting = [one for one in reviews if agenda.waits_for(who, one)]
    every = [*waiting, *drafts[:MOST], *(one.review for one in coming)]
    found = agenda.revisions((one.kind, one.revision_id) for one in every)
    looked = Vigil.objects.filter(pk=1).values_list("looked_at", flat=True).first()
    rows = alarms_said.opened(who)[:100]
    past = alarms_said.seen(who).exclude(ended_at=None).order_by("-ended_at")[:PAST]
    context = {
        "alarms": [_alarm(request, row) for row in rows],
        "past": [_alarm(request, row) for row in past],
        "looked": said(looked, HOUSE) if looked else "",
        "waiting": [changes.line(one, found) for one in waiting[:MOST]],
        "more": max(0, len(waiting) - MOST),
        "drafts": [changes.line(one, found) for one in drafts[:MOST]],
        "coming": [
            {**changes.line(one.review, found), "at": said(one.at, one.zone), "by": one.asked_by}
            for one in coming
        ],
        "lately": [_gone(request, one, now) for one in agenda.lately(who, now, MOST)],
    }
    return render(request, "admin/desk/today.html", gettext("Today"), **context)


@desk("viewer")
@require_POST
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Write that whoever looks knows of an alarm."""
    who = caller(request)
    row = get_object_or_404(alarms_said.seen(who), pk=pk)
    note = request.POST.get("note", "").strip()[:LONGEST]
    if not alarms_said.may_acknowledge(who, row):
        messages.error(request, gettext("Only an operator may acknowledge an alarm."))
    elif sirens.acknowledge(row, who.actor, note, clock.system.now()):
        named = {"kind": row.kind, "subject": row.subject, "note": note}
        audit.record(row.site_id, who.actor, "acknowledged", row, named)
        messages.success(request, gettext("Acknowledged."))
    else:
        messages.info(request, gettext("It was acknowledged before, or is over."))
    return HttpResponseRedirect(reverse("desk:today"))


def _alarm(request: HttpRequest, row: Alarm) -> dict[str, Any]:
    zone = row.site.timezone if row.site else HOUSE
    told = alarms_said.said(row, zone)
    name, args = told.page
    return {
        "row": row,
        "grade": row.get_grade_display(),
        **told._asdict(),
        "url": reverse(name, args=args),
        "since": said(row.since, zone),
        "known": said(row.acknowledged_at, zone) if row.acknowledged_at else "",
        "ended": said(row.ended_at, zone) if row.ended_at else "",
        "may": alarms_said.may_acknowledge(caller(request), row),
    }


def _gone(request: HttpRequest, one: Gone, now: int) -> dict[str, Any]:
    row, kind = one.publication, KINDS.get(one.kind)
    name = str(kind.owner_of(one.revision)) if kind and one.revision else str(row.object_id or "")
    may = one.offer is not None and caller(request).may("publisher", row.site_id)
    return {
        "what": f"{codewords.worded(one.kind)} {name}".rstrip(),
        "number": one.revision.number if one.revision else "",
        "out": row.kind.endswith(RETIRED),
        "url": reverse("desk:revision", args=[one.kind, row.revision_id]) if one.revision else "",
        "at": said(row.ended_at or 0, row.site.timezone),
        "site": row.site,
        "by": row.asked_by,
        "undo": reverse("desk:undo", args=[row.pk]) if may else "",
        "left": max(1, (one.offer.until - now) // 60_000_000) if one.offer else 0,
    }


urlpatterns = [
    path("today/", today, name="today"),
    path("alarms/<int:pk>/acknowledge/", acknowledge, name="acknowledge"),
]
