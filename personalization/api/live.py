"""The live page of the admin: one visitor followed, event by event, as it happens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_GET

from personalization.flows import following, keepsakes, lantern, pulse
from personalization.plant import clock
from personalization.sites.models import Site
from personalization.sites.scoped import caller

LONGEST = 200


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the page; what it shows comes by itself."""
    sites = _sites(request)
    site = _site(request)
    is_shop = site is not None and site.slug == lantern.SLUG
    shown: dict[str, Any] = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,  # the room is for what happens
        "title": "Live",
        "sites": sites,
        "site": site,
        "slots": pulse.slots(site.pk) if site else [],
        "visitor": _visitor(request),
        "key": keepsakes.read().get("publishable_key", "") if is_shop else "",
    }
    return render(request, "live/page.html", shown)


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """Answer with what happened to the visitor lately, and how the site's events fare."""
    site, now = _site(request), clock.system.now()
    if site is None:
        raise PermissionDenied
    recent = pulse.recent(site.pk)
    visitor = _visitor(request) or (recent[0] if recent else "")
    told = following.follow(site, visitor, now) | pulse.beat(site.pk, now)
    response = JsonResponse(told | {"recent": recent})
    response.headers["Cache-Control"] = "no-store"
    return response


def _sites(request: HttpRequest) -> list[Site]:
    """Return the sites the caller may look at, the shop first."""
    seen = caller(request).visible_sites()
    return sorted(seen, key=lambda site: (site.slug != lantern.SLUG, site.name))


def _site(request: HttpRequest) -> Site | None:
    sites = _sites(request)
    asked = request.GET.get("site", "")
    return next((site for site in sites if asked in ("", site.slug)), None)


def _visitor(request: HttpRequest) -> str:
    return request.GET.get("visitor", "")[:LONGEST]


urlpatterns = [
    path("", admin.site.admin_view(page), name="live"),
    path("feed/", admin.site.admin_view(feed), name="live-feed"),
]
