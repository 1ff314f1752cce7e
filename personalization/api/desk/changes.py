"""Changes: what waits for whoever looks, what is in review, what goes live when, and a history."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from personalization.api.desk import places, standing
from personalization.api.desk.gate import demand, desk, render
from personalization.flows.kinds import KINDS, RETIRED
from personalization.plant import clock
from personalization.sites import scoped
from personalization.sites.documents import as_block
from personalization.sites.models import AuditEntry
from personalization.sites.reviews import Freeze, Review, Schedule
from personalization.sites.scoped import caller
from rules.appointments import said

MOST = 200
"""Lines of each list."""
REVIEWED = ("in_review", "approved", "changes_requested")


@desk("viewer")
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Show what waits, what is reviewed and what is scheduled, on all sites of the caller."""
    who, now = caller(request), clock.system.now()
    rows = who.scope(Review.objects.select_related("site"), "site_id")
    reviewed = [_line(one) for one in rows.filter(state__in=REVIEWED).order_by("changed_at")[:MOST]]
    waiting = Schedule.objects.filter(state=Schedule.State.WAITING).order_by("at")
    scheduled = who.scope(waiting.select_related("review__site"), "review__site_id")[:MOST]
    freezes = who.scope(Freeze.objects.filter(until_at__gt=now), "site_id")[:MOST]
    context = {
        "mine": [line for line in reviewed if _waits_for(request, line["review"])],
        "reviewed": reviewed,
        "scheduled": [
            {**_line(one.review), "at": said(one.at, one.zone), "by": one.asked_by}
            for one in scheduled
        ],
        "drafts": [
            _line(one) for one in rows.filter(state="draft", authors__contains=who.actor)[:MOST]
        ],
        "freezes": [
            (one, said(one.start_at, one.zone), said(one.until_at, one.zone)) for one in freezes
        ],
    }
    return render(request, "admin/desk/changes.html", gettext("Changes"), **context)


@desk("viewer")
@require_GET
def history(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show everything the audit knows of one thing, newest first."""
    known = KINDS.get(kind)
    row = known and known.rows().filter(**{f"{known.owner}_id": pk}).first()
    if known is None or row is None:
        raise Http404
    demand(request, "viewer", known.site_of(row))
    model = type(known.owner_of(row)).__name__.lower()
    types = {kind, kind + RETIRED, model}
    entries = AuditEntry.objects.filter(object_type__in=types, object_id=str(pk))
    found = [_entry(entry) for entry in entries[:MOST]]
    title = gettext("History of %(thing)s") % {"thing": known.owner_of(row)}
    back = places.of(kind, pk)
    return render(request, "admin/desk/history.html", title, entries=found, back=back)


def _line(review: Review) -> dict[str, Any]:
    kind = KINDS[review.kind]
    revision = kind.rows().filter(pk=review.revision_id).first()
    return {
        "review": review,
        "state": review.state,
        "label": standing.STATES[review.state],
        "name": str(kind.owner_of(revision)) if revision else "-",
        "url": reverse("desk:revision", args=[review.kind, review.revision_id]),
        "authors": ", ".join(review.authors),
        "since": scoped.said(review.changed_at),
    }


def _waits_for(request: HttpRequest, review: Review) -> bool:
    """Say whether the next step is one that whoever looks may take."""
    who, actor = caller(request), caller(request).actor
    if review.state == "in_review":
        mine = actor not in review.authors and actor not in review.approvals
        return mine and who.may("reviewer", review.site_id)
    if review.state == "approved":
        return who.may("publisher", review.site_id)
    return actor in review.authors


def _entry(entry: AuditEntry) -> dict[str, Any]:
    detail = dict(entry.detail)
    diff = detail.pop("diff", [])
    diff = diff.splitlines() if isinstance(diff, str) else diff
    return {"entry": entry, "at": scoped.said(entry.at), "diff": diff, "detail": as_block(detail)}
