"""What somebody did not save, kept by the server for the pages of matrices and segments."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from personalization.api.desk.exchange import answering, heard
from personalization.api.desk.gate import demand, desk
from personalization.decisions.models import Matrix
from personalization.flows import cells
from personalization.flows.kinds import KINDS
from personalization.plant import clock, instants
from personalization.segments.models import Segment
from personalization.sites import unsaved
from personalization.sites.progress import Subject
from personalization.sites.scoped import caller
from personalization.sites.unsaved import Step
from rules import expect

LONGEST_ID = 64
MOST_STEPS = 2**53
LARGEST = 2**31 - 1


def told(request: HttpRequest, subject: Subject) -> dict[str, Any]:
    """Return what a page is told when it opens: what is kept of its reader's, and what is settled.

    ``copies`` are offered, the newest first; a copy that a browser has of a page in ``settled``
    was saved or dropped elsewhere.
    """
    if not caller(request).may("editor", subject.site_id) or request.user.pk is None:
        return {"copies": [], "settled": {}}
    rows = unsaved.kept(subject, request.user.pk)
    return {
        "copies": [
            {"page": r.page, "step": r.step, "base": r.base, "when": instants.to_text(r.kept_at)}
            for r in rows
            if r.size
        ],
        "settled": {r.page: r.step for r in rows if not r.size},
    }


def urls(kind: str, pk: int) -> dict[str, str]:
    """Return the addresses a page needs for its unsaved work."""
    return {
        verb: reverse(f"desk:working-{verb}", args=[kind, pk])
        for verb in ("keep", "drop", "kept", "newest")
    }


def settle(request: HttpRequest, subject: Subject, page: object, step: object) -> None:
    """Forget a page's work, which is a revision by now; a page that names itself not has none."""
    if page is not None:
        unsaved.drop(_step(request, subject, page, step), clock.system.now())


@desk("editor")
@require_POST
@answering
def keep(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Keep the work of one page until it is saved."""
    subject = _subject(request, kind, pk)
    now = clock.system.now()
    said = expect.record(heard(request), "", ("page_id", "step", "base", "content"), ())
    base = expect.whole(said["base"], "/base", 0, LARGEST)
    step = _step(request, subject, said["page_id"], said["step"])
    newest = unsaved.keep(step, base, CONTENTS[kind](said["content"]), now)
    return JsonResponse({"kept": newest, "when": instants.to_text(now)})


@desk("editor")
@require_POST
@answering
def drop(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Forget the work of one page of one's own, up to the step one was told."""
    subject = _subject(request, kind, pk)
    said = expect.record(heard(request), "", ("page_id", "step"), ())
    step = _step(request, subject, said["page_id"], said["step"])
    return JsonResponse({"dropped": unsaved.drop(step, clock.system.now())})


@desk("editor")
@require_POST
@answering
def kept(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Return the work of one page; 404 where it was saved or dropped meanwhile."""
    subject = _subject(request, kind, pk)
    said = expect.record(heard(request), "", ("page_id",), ())
    page = expect.text(said["page_id"], "/page_id", LONGEST_ID)
    found = unsaved.content(subject, request.user.pk or 0, page)
    if found is None:
        raise Http404
    row, content = found
    return JsonResponse({"base": row.base, "step": row.step, "content": content})


@desk("viewer")
@require_POST
def newest(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Tell which revision is the newest, and whose it is: a page that was away may be stale."""
    subject = _subject(request, kind, pk, "viewer")
    rows = KINDS[kind].rows().filter(**{f"{KINDS[kind].owner}_id": subject.object_id})
    row = rows.order_by("-number").first()
    return JsonResponse({"newest": {"number": row.number, "by": row.author} if row else None})


def _segment(said: object) -> object:
    return expect.record(said, "/content", ("condition", "stability"), ())


CONTENTS = {"matrix": cells.read, "segment": _segment}
"""What the work on each kind of thing looks like."""


def _subject(request: HttpRequest, kind: str, pk: int, needs: str = "editor") -> Subject:
    if kind == "matrix":
        site = get_object_or_404(Matrix.objects.select_related("slot"), pk=pk).slot.site_id
    elif kind == "segment":
        site = get_object_or_404(Segment, pk=pk, part_of=None).site_id
    else:
        raise Http404
    demand(request, needs, site)
    return Subject(kind, site, pk)


def _step(request: HttpRequest, subject: Subject, page: object, step: object) -> Step:
    name = expect.text(page, "/page_id", LONGEST_ID)
    number = expect.whole(step, "/step", 0, MOST_STEPS)
    return Step(subject, request.user.pk or 0, name, number)


urlpatterns = [
    path("working/<slug:kind>/<int:pk>/keep/", keep, name="working-keep"),
    path("working/<slug:kind>/<int:pk>/drop/", drop, name="working-drop"),
    path("working/<slug:kind>/<int:pk>/kept/", kept, name="working-kept"),
    path("working/<slug:kind>/<int:pk>/newest/", newest, name="working-newest"),
]
