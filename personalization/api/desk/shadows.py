"""The page of a draft's shadow: begun by a form, watched, stopped; what would differ, by row."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from personalization.api.desk import moments
from personalization.api.desk.gate import demand, desk, render
from personalization.decisions import contrast
from personalization.decisions.models import MatrixRevision
from personalization.decisions.shadows import Shadow
from personalization.flows import shading
from personalization.plant import clock
from personalization.sites import faults
from personalization.sites.scoped import caller
from rules import expect
from rules.errors import InvalidError

MOST = 20
"""Shadows that are shown."""


@desk("viewer")
@require_http_methods(["GET", "POST"])
def shadow(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft's shadows found; begin one, or stop it."""
    rows = MatrixRevision.objects.select_related("matrix__slot__site")
    row = get_object_or_404(rows, pk=pk)
    site = row.matrix.slot.site
    demand(request, "viewer", site.pk)
    found = Shadow.objects.filter(revision=row).select_related("revision__matrix__slot")
    if request.method == "POST":
        demand(request, "editor", site.pk)
        _done(request, row, found.filter(stopped_at=None).first())
        return HttpResponseRedirect(reverse("desk:shadow", args=[pk]))
    now = clock.system.now()
    told = [
        {**contrast.report(one), "runs": one.stopped_at is None and now < one.ends_at}
        for one in found[:MOST]
    ]
    context = {
        "revision": row,
        "site": site,
        "shadows": moments.told(told, site.timezone),
        "running": any(one["runs"] for one in told),
        "usual": shading.USUAL,
        "may_ask": caller(request).may("editor", site.pk),
    }
    said = gettext("Revision %(number)s of %(slot)s in the shadow")
    title = said % {"number": row.number, "slot": row.matrix.slot.key}
    return render(request, "admin/desk/shadow.html", title, **context)


def _done(request: HttpRequest, row: MatrixRevision, running: Shadow | None) -> None:
    who = caller(request).actor
    if "stop" in request.POST:
        if running and shading.end(running, who, clock.system):
            messages.success(request, gettext("Stopped."))
        return
    try:
        shading.begin(row, terms(request), who, clock.system)
        messages.success(request, gettext("It decides in the shadow from now on."))
    except InvalidError as fault:
        messages.error(request, faults.placed(fault))


def terms(request: HttpRequest) -> dict[str, Any]:
    """Return what a form asks of a shadow; what is left empty is as usual."""
    said = {name: str(request.POST.get(name) or "").strip() for name in shading.NAMES}
    told: dict[str, Any] = {name: text for name, text in said.items() if text}
    try:
        told |= {"share": float(told["share"])} if "share" in told else {}
    except ValueError:
        raise InvalidError("/share", "type", "expected a number") from None
    if "most" in told:
        told["most"] = expect.typed(told["most"])
    return told
