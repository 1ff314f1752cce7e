"""The button that reads all of a source's content anew."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from personalization.api.desk.gate import demand, desk
from personalization.content.sources import Source
from personalization.flows import syncing
from personalization.plant import clock
from personalization.sites.phrasebook import spoken
from personalization.sites.scoped import caller
from rules.errors import InvalidError


@desk("operator")
@require_POST
def sync(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a sync; it goes on in the background, part by part."""
    source = get_object_or_404(Source, pk=pk)
    demand(request, "operator", source.site_id)
    try:
        syncing.begin(pk, caller(request).actor, clock.system)
        messages.success(request, gettext("It is being read, part by part; its page says how far."))
    except InvalidError as fault:
        messages.error(request, gettext("Not begun: %(why)s") % {"why": spoken(fault.message)})
    return HttpResponseRedirect(reverse("admin:content_source_change", args=[pk]))
