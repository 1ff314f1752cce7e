"""A segment's back-test: settings tried side by side, and what each would have done."""

from __future__ import annotations

from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from personalization.api import asking
from personalization.api.desk.gate import demand, desk, render
from personalization.plant import json, runs
from personalization.plant.models import Run
from personalization.segments import backtests
from personalization.segments.models import SegmentRevision
from personalization.sites import faults
from personalization.sites.documents import indented
from personalization.sites.scoped import caller
from rules import expect
from rules.errors import InvalidError

TASK = "backtest"


@desk("viewer")
@require_http_methods(["GET", "POST"])
def backtest(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest back-test of a revision; asked by a form, let a worker make another."""
    rows = SegmentRevision.objects.select_related("segment")
    row = get_object_or_404(caller(request).scope(rows, "segment__site_id"), pk=pk)
    if request.method == "POST":
        demand(request, "editor", row.segment.site_id)
        return _asked(request, row)
    run = runs.newest(TASK, f"segment {pk}")
    context = {
        "revision": row,
        "run": run,
        "lines": _lines(run),
        "asked": _question(run, row),
        "may_ask": caller(request).may("editor", row.segment.site_id),
    }
    title = gettext("Back-test of %(segment)s, revision %(number)s")
    said = title % {"segment": row.segment, "number": row.number}
    return render(request, "admin/desk/backtest.html", said, **context)


def _asked(request: HttpRequest, row: SegmentRevision) -> HttpResponse:
    try:
        asked = _read(request.POST, row)
    except InvalidError as fault:
        messages.error(request, faults.placed(fault))
    else:
        if asking.worker(TASK, row.pk, orjson.dumps(asked).decode()):
            said = gettext("Asked for: the report appears when a worker is done.")
            messages.success(request, said)
        else:
            said = gettext("The broker cannot be reached; ask again when it is back.")
            messages.error(request, said)
    return HttpResponseRedirect(reverse("desk:backtest", args=[row.pk]))


def _read(form: Any, row: SegmentRevision) -> dict[str, Any]:
    """Return the question a form asks, checked as it will be when it is answered."""
    asked: dict[str, Any] = {
        name: expect.typed(form[name]) for name in ("days", "more_than") if form.get(name)
    }
    if text := form.get("stability", "").strip():
        try:
            asked["stability"] = json.parse(text.encode("utf-8", "surrogatepass"))
        except json.Malformed as fault:
            raise InvalidError(f"/stability{fault.at}", fault.code, fault.message) from fault
    backtests.read(asked, row.stability)
    return asked


def _question(run: Run | None, row: SegmentRevision) -> dict[str, Any]:
    """Return what the form shows: what was asked last, else what is asked usually."""
    usual = backtests.read({}, row.stability)
    result = run.result if run else {}
    tried = [line["stability"] for line in result.get("settings", ())][1:] or backtests.usual()
    return {
        "days": result.get("days", usual.days),
        "more_than": result.get("more_than", usual.more_than),
        "stability": indented(tried),
    }


def _lines(run: Run | None) -> list[dict[str, Any]]:
    """Return the report's lines: without stability first, then setting by setting."""
    if run is None or "without" not in run.result:
        return []
    lines = [{"stability": {}, **run.result["without"]}, *run.result["settings"]]
    return [{**line, "words": _words(line["stability"]), "in_": line["in"]} for line in lines]


def _words(stability: dict[str, Any]) -> str:
    said = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in stability.items())
    return said or gettext("no stability")
