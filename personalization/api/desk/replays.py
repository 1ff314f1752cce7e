"""The page of a replay: a draft on the last days of the log, people by day, as table and chart."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods

from personalization.api import asking
from personalization.api.desk import moments
from personalization.api.desk.gate import demand, desk, render
from personalization.flows import replay as replays
from personalization.plant import runs
from personalization.plant.models import Run
from personalization.sites.models import Site
from personalization.sites.scoped import caller
from rules import expect

ALL = 100.0


@desk("viewer")
@require_http_methods(["GET", "POST"])
def replay(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Show the newest replay of a revision; asked by a form, let a worker make one, or end it."""
    site = _site(kind, pk)
    demand(request, "viewer", site.pk)
    run = runs.newest(replays.TASK, replays.subject(kind, pk))
    if request.method == "POST":
        demand(request, "editor", site.pk)
        return _done(request, kind, pk, run)
    names = list(_names(run))
    context = {
        "kind": kind,
        "revision": pk,
        "run": run,
        "when": moments.words(run.started_at, site.timezone) if run else "",
        "names": names,
        "charts": list(_charts(run, names)),
        "rows": list(_rows(run, names)),
        "site": site,
        "usual": replays.USUAL,
        "most": replays.MOST_DAYS,
        "may_ask": caller(request).may("editor", site.pk),
    }
    return render(request, "admin/desk/replay.html", gettext("Replay of a draft"), **context)


@desk("viewer")
@require_GET
def progress(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Tell how far the newest replay is."""
    demand(request, "viewer", _site(kind, pk).pk)
    run = runs.newest(replays.TASK, replays.subject(kind, pk))
    told = {"id": run.pk, "state": run.state, "done": run.rows, "all": run.total} if run else {}
    return JsonResponse(told)


def _site(kind: str, pk: int) -> Site:
    if kind not in replays.SITES:
        raise Http404
    try:
        return replays.SITES[kind](pk)
    except ObjectDoesNotExist as fault:
        raise Http404 from fault


def _done(request: HttpRequest, kind: str, pk: int, run: Run | None) -> HttpResponse:
    if "cancel" in request.POST:
        if run and runs.cancel(run):
            messages.success(request, gettext("It ends at its next step."))
        return HttpResponseRedirect(reverse("desk:replay", args=[kind, pk]))
    days = str(request.POST.get("days") or "")
    wanted = expect.typed(days)
    if not isinstance(wanted, int) or not 1 <= wanted <= replays.MOST_DAYS:
        messages.error(request, gettext("Days: expected 1 to %d.") % replays.MOST_DAYS)
    elif asking.worker(replays.TASK, kind, pk, wanted):
        said = gettext("Asked for: the report appears when a worker is done.")
        messages.success(request, said)
    else:
        messages.error(request, gettext("The broker cannot be reached; ask again when it is back."))
    return HttpResponseRedirect(reverse("desk:replay", args=[kind, pk]))


def _names(run: Run | None) -> Iterator[str]:
    """Yield what was seen, most of all first."""
    days = run.result.get("days", ()) if run else ()
    seen: dict[str, int] = {}
    for day in days:
        for side in ("live", "draft"):
            for name, people in day[side].items():
                seen[name] = seen.get(name, 0) + people
    yield from sorted(seen, key=lambda name: -seen[name])


def _rows(run: Run | None, names: list[str]) -> Iterator[dict[str, Any]]:
    for day in run.result.get("days", ()) if run else ():
        cells = [(day["live"].get(name, 0), day["draft"].get(name, 0)) for name in names]
        yield {**day, "cells": cells}


def _charts(run: Run | None, names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield for each thing seen its bars, in percent of the largest: live hollow, draft filled."""
    days = run.result.get("days", ()) if run else ()
    step = ALL / max(len(days), 1)
    for name in names:
        pairs = [(day["live"].get(name, 0), day["draft"].get(name, 0)) for day in days]
        most = max(max(pair) for pair in pairs) or 1
        bars = [
            {"kind": kind, "x": f"{number * step + place * step * 0.42:.3f}",
             "width": f"{step * 0.38:.3f}", "y": f"{ALL - people * ALL / most:.3f}",
             "height": f"{people * ALL / most:.3f}"}
            for number, pair in enumerate(pairs)
            for place, (kind, people) in enumerate(zip(("live", "draft"), pair, strict=True))
        ]  # fmt: skip
        yield {"name": name, "bars": bars, "most": most}
