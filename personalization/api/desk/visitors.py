"""The page of one profile: traits, memberships, recent events, moves and decisions, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from personalization.api.desk.gate import desk, render
from personalization.api.desk.moments import told
from personalization.flows import portrait
from personalization.plant import clock
from personalization.profiles.models import Profile
from personalization.sites.models import Site
from personalization.sites.scoped import caller

LISTS = ("segments", "conclusions", "links", "moves", "events", "decisions")


@desk("viewer")
@require_GET
def visitor(request: HttpRequest, profile: UUID) -> HttpResponse:
    """Show one profile."""
    row = get_object_or_404(caller(request).scope(Profile.objects.all(), "site_id"), pk=profile)
    found = portrait.of(row.site_id, profile, clock.system.now())
    if found is None:
        raise Http404
    site = Site.objects.get(pk=row.site_id)
    may_part = caller(request).may("privacy", row.site_id)
    context = {
        "portrait": _read(found, site.timezone),
        "site_slug": site.slug,
        "may_part": may_part,
    }
    title = gettext("Profile %(id)s") % {"id": profile}
    return render(request, "admin/desk/visitor.html", title, **context)


def _read(found: dict[str, Any], where: str) -> dict[str, Any]:
    """Return a portrait with its instants in words; what the visitor's own data say stays."""
    lists = {name: [_line(one, where) for one in found[name]] for name in LISTS}
    return {**_line(found, where), **lists}


def _line(one: dict[str, Any], where: str) -> dict[str, Any]:
    flat = {name: value for name, value in one.items() if isinstance(value, str)}
    return {**one, **told(flat, where)}
