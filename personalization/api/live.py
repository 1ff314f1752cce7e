"""The live page of the admin: one visitor or all of them, event by event, as it happens."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from personalization.api import live_words, looking
from personalization.flows import following, lantern, onlooking, pulse
from personalization.plant import clock
from personalization.sites.models import Site
from personalization.sites.scoped import caller


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """Show the page; what it shows comes by itself."""
    sites = _sites(request)
    site = _site(request)
    shown: dict[str, Any] = {
        **admin.site.each_context(request),
        "is_nav_sidebar_enabled": False,  # the room is for what happens
        "title": gettext("Live"),
        "words": live_words.all_of(),
        "all": request.GET.get("all") == "1",
        "segments": pulse.segments(site.pk) if site else [],
        "slots": pulse.slots(site.pk) if site else [],
        "personal": site is not None and looking.is_personal(caller(request), site),
        "sites": sites,
        "site": site,
        "visitor": _visitor(request),
    }
    return render(request, "live/page.html", shown)


@require_GET
def feed(request: HttpRequest) -> HttpResponse:
    """Answer with what happened to the visitor lately, and how the site's events fare."""
    site, now = _site(request), clock.system.now()
    if site is None:
        raise PermissionDenied
    personal = looking.is_personal(caller(request), site)
    recent = pulse.recent(site.pk, personal=personal)
    visitor = _visitor(request) or (recent[0] if recent else "")
    told = following.follow(site, visitor, now, personal=personal) | pulse.beat(site.pk, now)
    channel = looking.channel(site, visitor, now) if personal else ""
    return _fresh(told | {"recent": recent, "channel": channel})


@require_GET
def everybody(request: HttpRequest) -> HttpResponse:
    """Answer with what happened on the site since the ids that are given."""
    site, now, asked = _site(request), clock.system.now(), request.GET
    if site is None:
        raise PermissionDenied
    wish = looking.wish(asked.dict(), looking.after(asked.get("after", "")))
    told = onlooking.look(site.pk, wish, personal=looking.is_personal(caller(request), site))
    return _fresh(told | {"now": now} | pulse.beat(site.pk, now))


def _fresh(told: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(told)
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
    return request.GET.get("visitor", "")[: looking.LONGEST]


urlpatterns = [
    path("", admin.site.admin_view(page), name="live"),
    path("all/", admin.site.admin_view(everybody), name="live-all"),
    path("feed/", admin.site.admin_view(feed), name="live-feed"),
]
