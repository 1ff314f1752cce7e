"""The page of a journey: a slider over time, a bar for each segment, and what each slot showed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from personalization.api.desk import moments, travel_words
from personalization.api.desk.explaining import given_site
from personalization.api.desk.gate import desk, render
from personalization.events import timestamps
from personalization.flows import diary
from personalization.plant import clock, json
from personalization.sites import faults
from personalization.sites.models import Site
from rules.errors import InvalidError

KEPT = ("profile", "test", "since", "until", "draft")
ALL = 100.0


@desk("viewer")
@require_GET
def timeline(request: HttpRequest) -> HttpResponse:
    """Show a visitor's or a test profile's journey."""
    site = given_site(request, request.GET)
    said = {name: str(request.GET.get(name) or "").strip() for name in KEPT}
    told = _told(request, site, said) if site and (said["profile"] or said["test"]) else None
    context: dict[str, Any] = {"site": site, "given": said, "told": told}
    if told and site:
        context |= {
            "read": moments.told(told, site.timezone),
            "bars": list(_bars(told)),
            "page": {"told": told, "words": travel_words.all_of()},
        }
    return render(request, "admin/desk/timeline.html", gettext("Time travel"), **context)


def _told(request: HttpRequest, site: Site, said: dict[str, str]) -> dict[str, Any] | None:
    asked: dict[str, Any] = {name: said[name] for name in ("since", "until") if said[name]}
    asked["draft"] = bool(said["draft"])
    try:
        if said["test"]:
            asked["test"] = json.parse(said["test"].encode("utf-8", "surrogatepass"))
        else:
            asked["visitor"] = {"profile": said["profile"]}
        return diary.write(site, asked, clock.system)
    except (InvalidError, json.Malformed) as fault:
        messages.error(request, faults.placed(fault))
        return None


def _bars(told: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each segment with where its bars begin and how long they are, in percent."""
    since, until = (timestamps.instant(told[name]) for name in ("since", "until"))
    length = max(until - since, 1)
    for one in told["segments"]:
        bars = []
        for stay in one["stays"]:
            start = max(timestamps.instant(stay["from"]), since)
            end = timestamps.instant(stay["until"]) if stay["until"] else until
            left = (start - since) * ALL / length
            bars.append({"x": f"{left:.3f}", "width": f"{(end - start) * ALL / length:.3f}"})
        yield {"segment": one["segment"], "bars": bars}
