"""The page of a draft's shadow: begun by a form, watched, stopped; what would differ, by row."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from personalization.api.desk import moments, trials
from personalization.api.desk.gate import demand, desk, render
from personalization.decisions import contrast
from personalization.decisions.models import MatrixRevision
from personalization.decisions.shadows import Shadow
from personalization.flows import shading
from personalization.plant import clock
from personalization.sites.scoped import caller


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
        running = found.filter(stopped_at=None).first()
        begun = gettext("It decides in the shadow from now on.")
        trials.act(request, shading, row, running, begun)
        return HttpResponseRedirect(reverse("desk:shadow", args=[pk]))
    now = clock.system.now()
    told = [
        {**contrast.report(one), "runs": one.stopped_at is None and now < one.ends_at}
        for one in found[: trials.MOST]
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
