"""The page on which a matrix is filled like a spreadsheet, and what it asks while one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from personalization.api import asking
from personalization.api.desk import sheet_words, standing
from personalization.api.desk.gate import demand, desk, render
from personalization.decisions import table
from personalization.decisions.models import Matrix
from personalization.flows import cells, comparing, inspection, sheet, vocabulary
from personalization.flows.kinds import KINDS
from personalization.plant import instants, runs
from personalization.sites import audit
from personalization.sites.scoped import caller
from rules import expect
from rules.errors import InvalidError

LONGEST_NOTE = 300
Answer = Callable[[HttpRequest, Matrix, dict[str, Any]], dict[str, Any]]


@desk("viewer")
@require_POST
def people(request: HttpRequest, pk: int, revision: int) -> HttpResponse:
    """Tell what a worker counted for a revision; an editor's ``ask`` asks for it, once."""
    matrix = _matrix(request, pk, "viewer")
    if not matrix.revisions.filter(pk=revision).exists():
        raise Http404
    run = runs.newest("preview", f"matrix {revision}")
    if run is None:
        may = caller(request).may("editor", matrix.slot.site_id)
        if "ask" in request.GET and may and not asking.worker("preview", "matrix", revision):
            return JsonResponse({"state": "none"})
        return JsonResponse({"state": "asked" if may else "none"})
    told = {"state": run.state, "result": run.result, "error": run.error}
    return JsonResponse({**told, "at": instants.to_text(run.started_at)})


@desk("viewer")
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the newest revision as a grid; without a script it is a table to read."""
    matrix = _matrix(request, pk, "viewer")
    site, newest = matrix.slot.site_id, matrix.revisions.first()
    document = newest.document if newest else {"rows": []}
    told = {
        **sheet.opened(matrix),
        "vocabulary": vocabulary.of(matrix.slot),
        "words": sheet_words.all_of(),
        "may": {role: caller(request).may(role, site) for role in ("editor", "publisher")},
        "urls": {
            "check": reverse("desk:sheet-check", args=[pk]),
            "save": reverse("desk:sheet-save", args=[pk]),
            "people": reverse("desk:sheet-people", args=[pk, 0]),
        },
        "live": matrix.live.number if matrix.live else None,
        "publish": reverse("desk:publish", args=["matrix", 0]),
    }
    context = {
        "matrix": matrix,
        "told": told,
        "table": table.of(document),
        "findings": inspection.remarks(site, document),
        "back": reverse("admin:decisions_matrix_change", args=[pk]),
        **standing.above(request, "matrix", matrix),
    }
    return render(request, "admin/desk/sheet.html", f"{matrix.slot.key}: matrix", **context)


def _answered(needs: str, answer: Answer) -> Any:
    """Make a view of what the page asks: JSON in, JSON out, 422 with the place of a fault."""

    @desk(needs)
    @require_POST
    def asked(request: HttpRequest, pk: int) -> HttpResponse:
        matrix = _matrix(request, pk, needs)
        try:
            said = expect.record(_json(request), "", ("sheet",), ("base", "note"))
            return JsonResponse(
                answer(request, matrix, {**said, "sheet": cells.read(said["sheet"])})
            )
        except InvalidError as fault:
            told = {"code": fault.code, "at": fault.at, "message": fault.message}
            return JsonResponse({"error": told}, status=422)

    return asked


def _json(request: HttpRequest) -> object:
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError as fault:
        raise InvalidError("", "json", "expected JSON") from fault


def _matrix(request: HttpRequest, pk: int, needs: str) -> Matrix:
    found = get_object_or_404(Matrix.objects.select_related("slot__site", "live"), pk=pk)
    demand(request, needs, found.slot.site_id)
    return found


def _check(_: HttpRequest, matrix: Matrix, said: dict[str, Any]) -> dict[str, Any]:
    return sheet.inspected(matrix, said["sheet"])


def _save(request: HttpRequest, matrix: Matrix, said: dict[str, Any]) -> dict[str, Any]:
    base = expect.whole(said.get("base"), "/base", 0, 2**31 - 1)
    note = expect.text(said.get("note", ""), "/note", LONGEST_NOTE, 0)
    who = caller(request).actor
    told = sheet.saved(matrix, base, said["sheet"], who, note)
    if not told["conflicts"]:
        diff = comparing.drafted(KINDS["matrix"], matrix.revisions.get(pk=told["revision"]))
        detail = {"number": told["base"], "diff": diff}
        audit.record(matrix.slot.site_id, who, "drafted", matrix, detail)
    return told


check = _answered("viewer", _check)
save = _answered("editor", _save)
