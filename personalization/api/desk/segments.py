"""The page on which a segment is built as a sentence, and what it asks while one builds."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from personalization.api.desk import segment_words, standing, workings
from personalization.api.desk.exchange import answering, counted, heard
from personalization.api.desk.gate import demand, desk, render
from personalization.api.wishes import segment as wishes
from personalization.flows import comparing, composing, uses, vocabulary
from personalization.flows.kinds import KINDS
from personalization.segments.models import Segment
from personalization.sites import audit, faults, inuse
from personalization.sites.progress import Subject
from personalization.sites.scoped import caller
from rules import expect
from rules.errors import InvalidError

LONGEST_NOTE = 300
MAY = ("note", "page_id", "step")


@desk("viewer")
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest revision as a sentence; without a script it is text to read."""
    segment = _segment(request, pk, "viewer")
    site = segment.site_id
    names = ("check", "save", "ask", "visible")
    may = caller(request).may
    opened = composing.opened(segment)
    told = {
        **opened,
        "grammar": segment_words.grammar(),
        "vocabulary": vocabulary.of_segment(site),
        "words": segment_words.all_of(),
        "slug": segment.slug,
        "visible": segment.visible,
        "may": {role: may(role, site) for role in ("editor", "publisher", "owner")},
        "urls": {
            **{name: reverse(f"desk:segment-{name}", args=[pk]) for name in names},
            **workings.urls("segment", pk),
        },
        "working": workings.told(request, Subject("segment", site, pk)),
        "publish": reverse("desk:publish", args=["segment", 0]),
        "visitor": reverse("desk:visitor", args=[UUID(int=0)]),
    }
    context = {
        "segment": segment,
        "told": told,
        "said": composing.read("tree", opened["condition"]).get("text", ""),
        "uses": inuse.of(segment),
        "back": reverse("admin:segments_segment_change", args=[pk]),
        "back_name": gettext("all fields"),
        **standing.above(request, "segment", segment),
        "used": [],
    }
    return render(request, "admin/desk/segment.html", segment.name, **context)


@desk("viewer")
@require_POST
@answering
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Return what somebody wrote, in any form, in all forms, or its faults."""
    _segment(request, pk, "viewer")
    said = expect.record(heard(request), "", ("form", "said"), ())
    return JsonResponse(faults.aloud(composing.read(str(said["form"]), said["said"])))


@desk("editor")
@require_POST
@answering
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a draft on the revision that ``If-Match`` names: 409 where both changed the same."""
    segment = _segment(request, pk, "editor")
    said = expect.record(heard(request), "", ("condition", "stability"), MAY)
    note = expect.text(said.get("note", ""), "/note", LONGEST_NOTE, 0)
    who = caller(request).actor
    with transaction.atomic():
        told = composing.saved(segment, _base(request), said, who, note)
        if not told["conflicts"]:
            subject = Subject("segment", segment.site_id, segment.pk)
            workings.settle(request, subject, said.get("page_id"), said.get("step"))
    if told["conflicts"]:
        return JsonResponse(told, status=409)
    diff = comparing.drafted(KINDS["segment"], segment.revisions.get(number=told["base"]))
    audit.record(segment.site_id, who, "drafted", segment, {"number": told["base"], "diff": diff})
    return JsonResponse(told, headers={"ETag": f'"{told["base"]}"'})


@desk("viewer")
@require_POST
@answering
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the process that counts; ``waiting`` until it has answered: ask the same again."""
    segment = _segment(request, pk, "viewer")
    return counted(request, f"segment {pk}", wishes.read(heard(request), segment))


@desk("editor")
@require_POST
@answering
def visible(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether browsers may be told the segment's name."""
    segment = _segment(request, pk, "editor")
    said = expect.record(heard(request), "", ("visible",), ())
    shown = expect.flag(said["visible"], "/visible")
    segment.visible = shown
    segment.save(update_fields=["visible"])
    detail = {"fields": ["visible"], "visible": shown}
    audit.record(segment.site_id, caller(request).actor, "changed", segment, detail)
    return JsonResponse({"visible": shown})


@desk("owner")
@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the segment, unless something uses it: then say what."""
    segment = _segment(request, pk, "owner")
    try:
        uses.delete(segment, caller(request).actor)
    except InvalidError as fault:
        messages.error(request, gettext("Not deleted: %(why)s") % {"why": faults.said(fault)})
        return HttpResponseRedirect(reverse("desk:segment", args=[pk]))
    messages.success(request, gettext("Deleted: %(name)s") % {"name": segment.name})
    return HttpResponseRedirect(reverse("admin:segments_segment_changelist"))


def _segment(request: HttpRequest, pk: int, needs: str) -> Segment:
    rows = Segment.objects.select_related("site", "live").filter(part_of=None)
    found = get_object_or_404(rows, pk=pk)
    demand(request, needs, found.site_id)
    return found


def _base(request: HttpRequest) -> int:
    said = request.headers.get("If-Match", "").strip().strip('"')
    if not said.isdecimal() or len(said) > 9:  # noqa: PLR2004 -- fits an integer
        raise InvalidError("/If-Match", "missing", "expected If-Match with a revision's number")
    return int(said)
