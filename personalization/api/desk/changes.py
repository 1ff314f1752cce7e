"""Changes: what waits for whoever looks, what is in review, what goes live when, and a history."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from personalization.api.desk import places, standing
from personalization.api.desk.gate import demand, desk, render
from personalization.flows import agenda
from personalization.flows.kinds import KINDS, RETIRED
from personalization.plant import clock
from personalization.sites import scoped
from personalization.sites.documents import as_block
from personalization.sites.models import AuditEntry
from personalization.sites.reviews import Freeze, Review
from personalization.sites.scoped import caller
from rules.appointments import said

MOST = 200
"""Lines of each list."""


@desk("viewer")
@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """Show what waits, what is reviewed and what is scheduled, on all sites of the caller."""
    who, now = caller(request), clock.system.now()
    reviews, mine, coming = agenda.reviews(who), agenda.drafts(who), agenda.upcoming(who)
    every = [*reviews, *mine, *(one.review for one in coming)]
    found = agenda.revisions((one.kind, one.revision_id) for one in every)
    reviewed = [line(one, found) for one in reviews]
    freezes = who.scope(Freeze.objects.filter(until_at__gt=now), "site_id")[:MOST]
    context = {
        "mine": [one for one in reviewed if agenda.waits_for(who, one["review"])],
        "reviewed": reviewed,
        "scheduled": [
            {**line(one.review, found), "at": said(one.at, one.zone), "by": one.asked_by}
            for one in coming
        ],
        "drafts": [line(one, found) for one in mine],
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


def line(review: Review, found: agenda.Revisions) -> dict[str, Any]:
    """Return a review as a line of a list; its revision is among those found."""
    revision = found.get((review.kind, review.revision_id))
    return {
        "review": review,
        "state": review.state,
        "label": standing.STATES[review.state],
        "name": str(KINDS[review.kind].owner_of(revision)) if revision else "-",
        "url": reverse("desk:revision", args=[review.kind, review.revision_id]),
        "authors": ", ".join(review.authors),
        "since": scoped.said(review.changed_at),
    }


def _entry(entry: AuditEntry) -> dict[str, Any]:
    detail = dict(entry.detail)
    diff = detail.pop("diff", [])
    diff = diff.splitlines() if isinstance(diff, str) else diff
    return {
        "entry": entry,
        "at": scoped.said(entry.at),
        "diff": [gettext(one) for one in diff],
        "detail": as_block(detail),
    }
