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

from personalization.api import channels, live_words
from personalization.flows import following, lantern, onlooking, pulse
from personalization.plant import clock
from personalization.sites import signing, tokens
from personalization.sites.models import Key, Site
from personalization.sites.scoped import caller
from personalization.sites.tokens import Channel

LONGEST = 200
DIGITS = 19


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
        "personal": site is not None and _is_personal(request, site),
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
    personal = _is_personal(request, site)
    recent = pulse.recent(site.pk, personal=personal)
    visitor = _visitor(request) or (recent[0] if recent else "")
    told = following.follow(site, visitor, now, personal=personal) | pulse.beat(site.pk, now)
    channel = _channel(site, visitor, now) if personal else ""
    return _fresh(told | {"recent": recent, "channel": channel})


@require_GET
def everybody(request: HttpRequest) -> HttpResponse:
    """Answer with what happened on the site since the ids that are given."""
    site, now, asked = _site(request), clock.system.now(), request.GET
    if site is None:
        raise PermissionDenied
    words = {name: asked.get(name, "")[:LONGEST] for name in ("event", "segment", "slot")}
    wish = onlooking.Wish(_after(asked.get("after", "")), **words)
    told = onlooking.look(site.pk, wish, personal=_is_personal(request, site))
    return _fresh(told | {"now": now} | pulse.beat(site.pk, now))


def _after(text: str) -> dict[str, int]:
    """Return the ids of each kind that were seen before, or nothing where they are not told."""
    parts, kinds = text.split("."), onlooking.KINDS
    known = len(parts) == len(kinds) and all(p.isdecimal() and len(p) < DIGITS for p in parts)
    return dict(zip(kinds, map(int, parts), strict=True)) if known else {}


def _fresh(told: dict[str, Any]) -> JsonResponse:
    response = JsonResponse(told)
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_personal(request: HttpRequest, site: Site) -> bool:
    """Say whether whoever looks may see what is somebody's: names, traits, values of events."""
    return caller(request).may("privacy", site.pk)


def _channel(site: Site, visitor: str, now: int) -> str:
    """Return a token for the stream the visitor's page listens to; nothing without a key."""
    key = site.keys.filter(revoked_at=None, kind=Key.Kind.PUBLISHABLE).first()
    if key is None or not visitor:
        return ""
    channel = Channel(key.pk, "anonymous", visitor, tuple(pulse.slots(site.pk)))
    return tokens.mint_channel(signing.derived(channels.PURPOSE), site.pk, channel, now)


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
    path("all/", admin.site.admin_view(everybody), name="live-all"),
    path("feed/", admin.site.admin_view(feed), name="live-feed"),
]
