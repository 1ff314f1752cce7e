"""The button that puts a version of a list in force."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from personalization.api.desk.gate import demand, desk
from personalization.flows import listing
from personalization.plant import clock
from personalization.segments.lists import ListVersion
from personalization.sites.phrasebook import spoken
from personalization.sites.scoped import caller
from rules.errors import InvalidError


@desk("publisher")
@require_POST
def use(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a version in force; people are told in the background."""
    version = get_object_or_404(ListVersion.objects.select_related("roll__segment"), pk=pk)
    demand(request, "publisher", site := version.roll.segment.site_id)
    if overrides := "overrides" in request.POST:
        demand(request, "override", site)
    try:
        who = caller(request).actor
        listing.put_in_force(version, who, clock.system, overrides=overrides)
        messages.success(
            request,
            gettext("Version %(number)s is in force; people are told of it.")
            % {"number": version.number},
        )
    except InvalidError as fault:
        messages.error(
            request, gettext("Not put in force: %(why)s") % {"why": spoken(fault.message)}
        )
    return HttpResponseRedirect(
        reverse("admin:segments_segmentlist_change", args=[version.roll_id])
    )
