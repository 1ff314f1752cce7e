"""The page on which a matrix is filled like a spreadsheet, and what it asks while one types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import redis
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from personalization.api.desk import sheet_words, standing, workings
from personalization.api.desk.exchange import answering, counted, heard
from personalization.api.desk.gate import demand, desk, render
from personalization.api.wishes import matrix as wishes
from personalization.decisions import table
from personalization.decisions.models import Matrix
from personalization.flows import cells, comparing, inspection, sheet, vocabulary
from personalization.flows.kinds import KINDS
from personalization.plant import clock, presence
from personalization.sites import audit, faults
from personalization.sites.progress import Subject
from personalization.sites.scoped import caller
from rules import expect
from rules.operators.registry import operators

LONGEST_NOTE = 300
LONGEST_ID = 64
MAY = ("base", "note", "page_id", "step")
Answer = Callable[[HttpRequest, Matrix, dict[str, Any]], dict[str, Any]]


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
            "ask": reverse("desk:sheet-ask", args=[pk]),
            "here": reverse("desk:sheet-here", args=[pk]),
            **workings.urls("matrix", pk),
        },
        "working": workings.told(request, Subject("matrix", site, pk)),
        "explain": f"{reverse('desk:explain')}?{urlencode(_asked(matrix))}",
        "live": matrix.live.number if matrix.live else None,
        "publish": reverse("desk:publish", args=["matrix", 0]),
        "zone": matrix.slot.site.timezone,
        "reserved": sorted(operators),
    }
    context = {
        "matrix": matrix,
        "told": told,
        "table": table.of(document),
        "findings": inspection.remarks(site, document),
        "back": reverse("admin:decisions_matrix_change", args=[pk]),
        "back_name": matrix.slot.key,
        **standing.above(request, "matrix", matrix),
    }
    title = gettext("%(slot)s: matrix") % {"slot": matrix.slot.key}
    return render(request, "admin/desk/sheet.html", title, **context)


@desk("viewer")
@require_POST
@answering
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the process that counts; ``waiting`` until it has answered: ask the same again."""
    matrix = _matrix(request, pk, "viewer")
    return counted(request, f"matrix {pk}", wishes.read(heard(request), matrix))


@desk("viewer")
@require_POST
@answering
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """Hear that a page has the matrix open; tell who else has, and what was saved meanwhile."""
    matrix = _matrix(request, pk, "viewer")
    said = expect.record(heard(request), "", ("page_id",), ("row", "unsaved", "closing"))
    page_id = expect.text(said["page_id"], "/page_id", LONGEST_ID)
    row = expect.text(said.get("row", ""), "/row", LONGEST_ID, 0)
    flags = [expect.flag(said.get(n, False), f"/{n}") for n in ("unsaved", "closing")]
    thing, who = f"matrix {pk}", caller(request).actor
    try:
        if flags[1]:
            presence.leave(thing, page_id)
            return JsonResponse({"others": []})
        told = {"who": who, "row": row, "unsaved": flags[0]}
        others = presence.say(thing, page_id, told, clock.system.now())
    except redis.RedisError:
        others = []
    newest = matrix.revisions.first()
    saved = {"number": newest.number, "by": newest.author} if newest else None
    return JsonResponse({"others": others, "newest": saved})


def _asked(matrix: Matrix) -> dict[str, str]:
    slot = matrix.slot
    return {"site": slot.site.slug, "slot": slot.key, "matrix": "draft"}


def _answered(needs: str, answer: Answer) -> Any:
    """Make a view of what the page asks: JSON in, JSON out, 422 with the place of a fault."""

    @desk(needs)
    @require_POST
    @answering
    def asked(request: HttpRequest, pk: int) -> HttpResponse:
        matrix = _matrix(request, pk, needs)
        said = expect.record(heard(request), "", ("sheet",), MAY)
        return JsonResponse(answer(request, matrix, {**said, "sheet": cells.read(said["sheet"])}))

    return asked


def _matrix(request: HttpRequest, pk: int, needs: str) -> Matrix:
    found = get_object_or_404(Matrix.objects.select_related("slot__site", "live"), pk=pk)
    demand(request, needs, found.slot.site_id)
    return found


def _check(_: HttpRequest, matrix: Matrix, said: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = faults.aloud(sheet.inspected(matrix, said["sheet"]))
    return found


@transaction.atomic
def _save(request: HttpRequest, matrix: Matrix, said: dict[str, Any]) -> dict[str, Any]:
    base = expect.whole(said.get("base"), "/base", 0, 2**31 - 1)
    note = expect.text(said.get("note", ""), "/note", LONGEST_NOTE, 0)
    who = caller(request).actor
    told = sheet.saved(matrix, base, said["sheet"], who, note)
    if not told["conflicts"]:
        subject = Subject("matrix", matrix.slot.site_id, matrix.pk)
        workings.settle(request, subject, said.get("page_id"), said.get("step"))
        diff = comparing.drafted(KINDS["matrix"], matrix.revisions.get(pk=told["revision"]))
        detail = {"number": told["base"], "diff": diff}
        audit.record(matrix.slot.site_id, who, "drafted", matrix, detail)
    return told


check = _answered("viewer", _check)
save = _answered("editor", _save)
