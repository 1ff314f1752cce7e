"""The page of a segment's shadow: begun by a form, watched, stopped; who would be in or out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from personalization.api.desk import moments, trials
from personalization.api.desk.gate import demand, desk, render
from personalization.flows import casting
from personalization.segments import watching
from personalization.segments.models import SegmentRevision
from personalization.segments.shadows import SegmentShadow
from personalization.sites.scoped import caller


@desk("viewer")
@require_http_methods(["GET", "POST"])
def understudy(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a draft's shadows found; begin one, or stop it."""
    row = get_object_or_404(SegmentRevision.objects.select_related("segment__site"), pk=pk)
    site = row.segment.site
    demand(request, "viewer", site.pk)
    found = SegmentShadow.objects.filter(revision=row).select_related("revision__segment__site")
    if request.method == "POST":
        demand(request, "editor", site.pk)
        running = found.filter(stopped_at=None).first()
        begun = gettext("It runs in the shadow from now on.")
        trials.act(request, casting, row, running, begun)
        return HttpResponseRedirect(reverse("desk:understudy", args=[pk]))
    told: list[dict[str, Any]] = [
        {**watching.report(one), "runs": one.stopped_at is None} for one in found[: trials.MOST]
    ]
    context = {
        "revision": row,
        "site": site,
        "shadows": moments.told(told, site.timezone),
        "running": any(one["runs"] for one in told),
        "usual": casting.USUAL,
        "may_ask": caller(request).may("editor", site.pk),
    }
    said = gettext("Revision %(number)s of %(segment)s in the shadow")
    title = said % {"number": row.number, "segment": row.segment.name}
    return render(request, "admin/desk/understudy.html", title, **context)


urlpatterns = [path("segment-shadows/<int:pk>/", understudy, name="understudy")]
