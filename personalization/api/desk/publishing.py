"""The buttons that put something in force: publish, roll back, and the page of one revision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from personalization.api import asking
from personalization.api.desk.gate import demand, desk, render
from personalization.api.kinds import KINDS, Kind
from personalization.decisions import table
from personalization.features.models import Feature
from personalization.flows import declaring, inspection, leaving
from personalization.plant import clock, runs
from personalization.segments import drafts
from personalization.segments.models import SegmentRevision
from personalization.sites import audit
from personalization.sites.documents import indented
from personalization.sites.models import Publication
from personalization.sites.scoped import caller
from rules.errors import InvalidError
from rules.wording import words

COUNTED = ("segment", "set", "matrix")
"""What people can be counted for."""


@desk("publisher")
@require_POST
def publish(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put a draft in force."""
    return _put_in_force(request, kind, pk, "draft")


@desk("publisher")
@require_POST
def rollback(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put an older revision in force again; history stays as it is."""
    return _put_in_force(request, kind, pk, "retired")


@desk("publisher")
@require_POST
def retire(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Put what is in force out of force, unless something in force uses it."""
    known = KINDS.get(kind)
    if known is None or known.retire is None:
        raise Http404
    return _put_in_force(request, kind, pk, "live", known.retire)


@desk("publisher")
@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a publication that is preparing; nothing of it goes live."""
    row = get_object_or_404(caller(request).scope(Publication.objects.all(), "site_id"), pk=pk)
    demand(request, "publisher", row.site_id)
    leaving.cancel(row, f"cancelled by {caller(request).actor}", clock.system)
    audit.record(row.site_id, caller(request).actor, "cancelled", ("publication", pk))
    _tell(request, row)
    return HttpResponseRedirect(reverse("admin:sites_publication_change", args=[pk]))


@desk("viewer")
@require_GET
def revision(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show one revision, as it was written."""
    known, row = _revision(request, kind, pk)
    document = known.document_of(row)
    context = {
        "revision": row,
        "back": known.url(row),
        "document": indented(document),
        "table": table.of(document) if kind == "matrix" else None,
        "findings": inspection.remarks(known.site_of(row), document) if kind == "matrix" else [],
        "words": _words(row) if kind == "segment" else "",
        "counts": kind in COUNTED,
        "may_count": caller(request).may("editor", known.site_of(row)),
        "kind": kind,
        "run": runs.newest("preview", f"{kind} {pk}"),
    }
    title = f"{getattr(row, known.owner)}, revision {row.number}"
    return render(request, "admin/desk/revision.html", title, **context)


@desk("editor")
@require_POST
def preview(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask a worker whom a revision would be about."""
    known, row = _revision(request, kind, pk)
    demand(request, "editor", known.site_of(row))
    if kind not in COUNTED:
        raise Http404
    if asking.worker("preview", kind, pk):
        messages.success(request, "Asked for: the counts appear when a worker is done.")
    else:
        messages.error(request, "The broker cannot be reached; ask again when it is back.")
    return HttpResponseRedirect(reverse("desk:revision", args=[kind, pk]))


@desk("publisher")
@require_http_methods(["GET", "POST"])
def features(request: HttpRequest, site_id: int) -> HttpResponse:
    """Ask, then put a site's features in force."""
    demand(request, "publisher", site_id)
    back = reverse("admin:features_feature_changelist")
    if request.method == "POST":
        try:
            _tell(request, declaring.publish(site_id, caller(request).actor))
        except InvalidError as fault:
            messages.error(request, f"Not published. At {fault.at or '/'}: {fault.message}")
        return HttpResponseRedirect(back)
    rows = Feature.objects.filter(site_id=site_id).order_by("name")[:200]
    return render(request, "admin/desk/features.html", "Publish features", rows=rows, back=back)


def _put_in_force(
    request: HttpRequest,
    kind: str,
    pk: int,
    status: str,
    retire: Callable[[int, str], Publication] | None = None,
) -> HttpResponse:
    known, row = _revision(request, kind, pk)
    demand(request, "publisher", known.site_of(row))
    if row.status != status:
        messages.warning(
            request, f"Revision {row.number} is {row.status} by now; nothing was done."
        )
        return HttpResponseRedirect(known.url(row))
    try:
        _tell(request, (retire or known.put_in_force)(row.pk, caller(request).actor))
    except InvalidError as fault:
        messages.error(request, f"Not published. At {fault.at or '/'}: {fault.message}")
    return HttpResponseRedirect(known.url(row))


def _revision(request: HttpRequest, kind: str, pk: int) -> tuple[Kind, Any]:
    known = KINDS.get(kind)
    if known is None:
        raise Http404
    return known, get_object_or_404(known.revisions(caller(request)), pk=pk)


def _tell(request: HttpRequest, done: Publication) -> None:
    if done.state == Publication.State.LIVE:
        messages.success(request, f"Published: generation {done.generation} is in force.")
    elif done.state == Publication.State.PREPARING:
        messages.info(
            request, f"Preparing: {done.done} of {done.total} profiles are brought up to date."
        )
    else:
        messages.error(request, f"Not published: {done.error or done.state}")


def _words(row: SegmentRevision) -> str:
    try:
        return words(drafts.check(row.condition))
    except InvalidError as fault:
        return f"not valid: {fault}"
