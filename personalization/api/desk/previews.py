"""A slot's previews: a form that makes a link, the slot as the link shows it, and what it cost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from personalization.api.desk.gate import demand, desk, render
from personalization.content.models import Slot
from personalization.decisions.models import MatrixRevision
from personalization.events import previews
from personalization.flows import inviting
from personalization.flows.inviting import Wish
from personalization.plant import clock, json
from personalization.segments.models import Segment
from personalization.sites import faults
from personalization.sites.scoped import caller
from rules.errors import InvalidError

MOST = 200
"""Segments and revisions that are offered."""


@desk("editor")
@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the form; sent, show the link beside it."""
    rows = caller(request).scope(Slot.objects.select_related("site"), "site_id")
    slot = get_object_or_404(rows, pk=pk)
    demand(request, "editor", slot.site_id)
    made = _made(request, slot) if request.method == "POST" else None
    live = Segment.objects.filter(site=slot.site, live__isnull=False).order_by("slug")
    revisions = MatrixRevision.objects.filter(matrix__slot=slot).order_by("-number")
    context = {
        "slot": slot,
        "made": made,
        "given": request.POST,
        "chosen": request.POST.getlist("segments"),
        "segments": live[:MOST],
        "revisions": revisions[:MOST],
        "days": previews.days(slot.site_id),
    }
    title = gettext("Preview of %(slot)s") % {"slot": slot.key}
    return render(request, "admin/desk/preview_link.html", title, **context)


def _made(request: HttpRequest, slot: Slot) -> dict[str, Any] | None:
    try:
        wish = _wish(request.POST, slot)
        return inviting.invite(slot.site, wish, caller(request).actor, clock.system)
    except InvalidError as fault:
        messages.error(request, faults.placed(fault))
    except json.Malformed as fault:
        messages.error(request, gettext("The profile is no JSON: %s") % faults.said(fault))
    return None


def _wish(given: QueryDict, slot: Slot) -> Wish:
    """Return what the form says, in the words of the API."""
    profile = json.parse(_said(given, "profile").encode() or b"{}")
    told = dict(profile) if isinstance(profile, dict) else {"profile": profile}
    if _said(given, "who") != "profile":
        told["segments"] = given.getlist("segments")
    if at := _said(given, "at"):
        told["at"] = at
    revision = _said(given, "revision")
    if revision == "draft":
        told["draft"] = True
    elif revision.isdecimal():
        told["matrices"] = {slot.key: int(revision[:9])}
    return Wish(told, _said(given, "lasts") or None, _said(given, "url") or None)


def _said(given: QueryDict, name: str) -> str:
    value = given.get(name, "")
    return value.strip() if isinstance(value, str) else ""
