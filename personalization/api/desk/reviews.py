"""The buttons of the workflow: one page each for what people do to a revision, and undo."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from personalization.api import asking
from personalization.api.desk import places, standing, telling
from personalization.api.desk.gate import View, demand, desk
from personalization.flows import reviewing, settling, undoing
from personalization.flows.kinds import RETIRED
from personalization.flows.verbs import Ask
from personalization.plant import clock
from personalization.sites.models import Publication
from personalization.sites.reviews import Remark
from personalization.sites.scoped import caller
from rules.errors import InvalidError
from rules.reviewing import VERBS

STAYS = ("comment", "approve", "request_changes", "submit", "withdraw", "schedule", "cancel")
"""Verbs after which one looks at the revision again; after the others at the thing itself."""


def _verb(verb: str) -> View:
    @desk(VERBS[verb].needs)
    @require_POST
    def act(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
        known, row = telling.revision(request, kind, pk)
        demand(request, VERBS[verb].needs, known.site_of(row))
        try:
            done = reviewing.act(caller(request), verb, known, row, _ask(request), clock.system)
        except InvalidError as fault:
            telling.refused(request, verb, fault)
        else:
            if done.publication is not None:
                telling.published(request, done.publication)
            else:
                messages.success(request, gettext("Done."))
            if verb == "submit" and kind in telling.COUNTED:
                asking.worker("preview", kind, pk)
        if request.POST.get("back") == "changes":
            return HttpResponseRedirect(reverse("desk:changes"))
        if verb in STAYS:
            return HttpResponseRedirect(reverse("desk:revision", args=[kind, pk]))
        return HttpResponseRedirect(places.url(known, row))

    return act


def _ask(request: HttpRequest) -> Ask:
    given = {name: request.POST.get(name, "").strip() for name in ("note", "row", "at", "zone")}
    which, overrides = request.POST.get("which", ""), "overrides" in request.POST
    return Ask(**given, which=which, overrides=overrides)


@desk("publisher")
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Go back to what was in force before a publish."""
    rows = caller(request).scope(Publication.objects.all(), "site_id")
    publication = get_object_or_404(rows, pk=pk)
    demand(request, "publisher", publication.site_id)
    try:
        telling.published(request, undoing.undo(caller(request), publication, clock.system))
    except InvalidError as fault:
        telling.refused(request, "undo", fault)
    kind = publication.kind.removesuffix(RETIRED)
    if kind not in places.PAGES:
        return HttpResponseRedirect(reverse("desk:changes"))
    return HttpResponseRedirect(places.of(kind, publication.object_id))


@desk(VERBS["comment"].needs)
@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle a comment, or open it again."""
    rows = Remark.objects.select_related("review")
    remark = get_object_or_404(caller(request).scope(rows, "review__site_id"), pk=pk)
    demand(request, VERBS["comment"].needs, remark.review.site_id)
    try:
        settling.settle(caller(request), remark, clock.system, again="again" in request.POST)
    except InvalidError as fault:
        telling.refused(request, "comment", fault)
    named = [remark.review.kind, remark.review.revision_id]
    return HttpResponseRedirect(reverse("desk:revision", args=named) + "#comments")


urlpatterns = [
    path(f"{verb.replace('_', '-')}/<slug:kind>/<int:pk>/", _verb(verb),
         name=standing.ROUTES.get(verb, verb))
    for verb in VERBS
]  # fmt: skip
urlpatterns.append(path("undo/<int:pk>/", undo, name="undo"))
urlpatterns.append(path("comments/<int:pk>/settle/", settle, name="settle"))
