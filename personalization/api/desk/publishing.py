"""The buttons that put something in force: publish, roll back, and the page of one revision."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from personalization.api import asking
from personalization.api.desk import places, standing, telling
from personalization.api.desk.gate import demand, desk, render
from personalization.decisions import table
from personalization.features.models import Feature
from personalization.flows import declaring, inspection, leaving
from personalization.plant import clock, runs
from personalization.segments import drafts
from personalization.segments.models import SegmentRevision
from personalization.sites import audit
from personalization.sites.documents import indented
from personalization.sites.models import Publication, Site
from personalization.sites.phrasebook import spoken
from personalization.sites.scoped import caller
from rules.errors import InvalidError
from rules.wording import words


@desk("publisher")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a publication that is preparing; nothing of it goes live."""
    row = get_object_or_404(caller(request).scope(Publication.objects.all(), "site_id"), pk=pk)
    demand(request, "publisher", row.site_id)
    leaving.cancel(row, f"cancelled by {caller(request).actor}", clock.system)
    audit.record(row.site_id, caller(request).actor, "cancelled", ("publication", pk))
    telling.published(request, row)
    return HttpResponseRedirect(reverse("admin:sites_publication_change", args=[pk]))


@desk("viewer")
@require_GET
def revision(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show one revision, as it was written."""
    known, row = telling.revision(request, kind, pk)
    document = known.document_of(row)
    context = {
        "revision": row,
        "back": places.url(known, row),
        "back_name": str(known.owner_of(row)),
        "document": indented(document),
        "table": table.of(document) if kind == "matrix" else None,
        "findings": inspection.remarks(known.site_of(row), document) if kind == "matrix" else [],
        "words": _words(row) if kind == "segment" else "",
        "counts": kind in telling.COUNTED,
        "may_count": caller(request).may("analyst", known.site_of(row)),
        "kind": kind,
        "run": runs.newest("preview", f"{kind} {pk}"),
        "standing": standing.of(request, known, row),
        **standing.diff(known, row),
        "history": reverse("desk:history", args=[kind, known.owner_of(row).pk]),
        "undo": standing.undo(request, known, known.owner_of(row)),
    }
    title = gettext("%(thing)s, revision %(number)s")
    title %= {"thing": getattr(row, known.owner), "number": row.number}
    return render(request, "admin/desk/revision.html", title, **context)


@desk("analyst")
@require_POST
def preview(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask a worker whom a revision would be about."""
    known, row = telling.revision(request, kind, pk)
    demand(request, "analyst", known.site_of(row))
    if kind not in telling.COUNTED:
        raise Http404
    if asking.worker("preview", kind, pk):
        messages.success(request, gettext("Asked for: the counts appear when a worker is done."))
    else:
        messages.error(request, gettext("The broker cannot be reached; ask again when it is back."))
    return HttpResponseRedirect(reverse("desk:revision", args=[kind, pk]))


@desk("publisher")
@require_http_methods(["GET", "POST"])
def features(request: HttpRequest, site_id: int) -> HttpResponse:
    """Ask, then put a site's features in force."""
    get_object_or_404(Site, pk=site_id)
    demand(request, "publisher", site_id)
    back = reverse("admin:features_feature_changelist")
    if request.method == "POST":
        try:
            telling.published(request, declaring.publish(site_id, caller(request).actor))
        except InvalidError as fault:
            telling.refused(request, "publish", fault)
        return HttpResponseRedirect(back)
    rows = Feature.objects.filter(site_id=site_id).order_by("name")[:200]
    title = gettext("Publish features")
    return render(request, "admin/desk/features.html", title, rows=rows, back=back)


def _words(row: SegmentRevision) -> str:
    try:
        return words(drafts.check(row.condition))
    except InvalidError as fault:
        return gettext("not valid: %(why)s") % {"why": spoken(str(fault))}
