"""The page that says why: somebody, a slot and an instant; row by row, down to the events."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import orjson
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from personalization.api.desk import moments
from personalization.api.desk.gate import demand, desk, render
from personalization.content.models import Slot
from personalization.flows import explanation, whom
from personalization.plant import clock, json
from personalization.sites import faults
from personalization.sites.models import Site
from personalization.sites.scoped import caller
from rules import expect
from rules.errors import InvalidError

MOST = 500
"""Slots that are offered."""
KEPT = ("site", "slot", "profile", "decision", "test", "at", "matrix", "context", "locale")
"""What a link says; a name somebody came with is never in it."""
DOCUMENTS = ("test", "context")


@desk("viewer")
@require_http_methods(["GET", "POST"])
def explain(request: HttpRequest) -> HttpResponse:
    """Show the form, and for a link the answer; sent, lead to the link that can be shared."""
    site = given_site(request, request.POST if request.method == "POST" else request.GET)
    if request.method == "POST" and site is not None:
        return _link(request, site, request.POST)
    given = request.GET
    told = None
    if site is not None and any(given.get(name) for name in ("profile", "decision", "test")):
        told = _told(request, site, given)
    sites = caller(request).visible_sites()[:MOST]
    slots = Slot.objects.filter(site=site).order_by("key")[:MOST] if site else []
    said = {name: given.get(name, "") for name in KEPT}
    said |= {"slot": told["slot"]} if told else {}
    context = {"sites": sites, "site": site, "slots": slots, "given": said, "told": told}
    return render(request, "admin/desk/explain.html", gettext("Explain"), **context)


def given_site(request: HttpRequest, given: QueryDict) -> Site | None:
    """Return the site that is asked about; without a word the first one there is."""
    sites = caller(request).visible_sites()
    if not given.get("site"):
        return sites.first()
    found = Site.objects.filter(slug=given["site"]).first()
    if found is None:
        raise Http404
    demand(request, "viewer", found.pk)
    return found


def _told(request: HttpRequest, site: Site, given: QueryDict) -> dict[str, Any] | None:
    try:
        found = explanation.explain(site, _asked(given), clock.system)
    except (InvalidError, json.Malformed) as fault:
        messages.error(request, faults.placed(fault))
        return None
    plain = orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()
    read: dict[str, Any] = moments.told(found, site.timezone)
    return {**read, "plain": plain}


def _asked(given: QueryDict) -> dict[str, Any]:
    """Return a link's question as the API takes it."""
    said = {name: str(given.get(name) or "").strip() for name in KEPT}
    asked: dict[str, Any] = {name: said[name] for name in ("at", "matrix", "locale") if said[name]}
    if said["matrix"]:
        asked["matrix"] = expect.typed(said["matrix"])
    for name in DOCUMENTS:
        if said[name]:
            asked[name] = json.parse(said[name].encode("utf-8", "surrogatepass"))
    if said["decision"]:
        number = expect.typed(said["decision"])
        return {**asked, "decision": number if isinstance(number, int) else 0}
    if said["profile"]:
        asked["visitor"] = {"profile": said["profile"]}
    return {**asked, "slot": said["slot"]}


def _link(request: HttpRequest, site: Site, given: QueryDict) -> HttpResponse:
    """Lead to the question's own address: the profile stands in it, not the name."""
    said = {name: str(given.get(name) or "").strip() for name in (*KEPT, "who", "name")}
    kept = {name: said[name] for name in KEPT if said[name]} | {"site": site.slug}
    kind, name = said["who"], said["name"]
    test = kept.pop("test", "{}")
    try:
        if kind == "test":
            kept["test"] = test
        elif kind in whom.IDS and name:
            kept["profile"] = str(whom.visitor(site, {kind: name}).profile)
        elif kind in {"profile", "decision"} and name:
            kept[kind] = name
        else:
            messages.error(request, gettext("Say who is meant."))
    except InvalidError as fault:
        messages.error(request, faults.placed(fault))
    return HttpResponseRedirect(f"{reverse('desk:explain')}?{urlencode(kept)}", status=303)
