"""The buttons that take a link back or let it count again, on the page of a profile."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from personalization.api.desk.gate import demand, desk
from personalization.flows import parting
from personalization.flows.parting import Word
from personalization.plant import clock
from personalization.profiles.models import Identity, Link
from personalization.sites.scoped import caller

CHANGES = {"revoke": parting.part, "restore": parting.rejoin}
"""What the buttons do."""


@desk("privacy")
@require_POST
def link(request: HttpRequest, change: str, pk: int) -> HttpResponse:
    """Revoke or restore one link, with a reason, and return to whom it is about."""
    row = get_object_or_404(Link, pk=pk)
    demand(request, "privacy", row.site_id)
    reason = request.POST.get("reason", "").strip()
    if reason:
        word = Word(caller(request).actor, reason, bool(request.POST.get("barred")))
        CHANGES[change](row.site_id, [row.pk], word, clock.system)
        messages.success(request, gettext("Done. Both histories were folded anew."))
    else:
        messages.error(request, gettext("Say why: the reason is kept with the link."))
    person = Identity.objects.values_list("person", flat=True).get(pk=row.other)
    return HttpResponseRedirect(reverse("desk:visitor", args=[person]))
