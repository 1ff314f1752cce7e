"""A matrix as files: downloaded in every notation, uploaded for a look, applied to the draft."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from personalization.api.desk import file_words, standing
from personalization.api.desk.gate import demand, desk, render
from personalization.decisions.models import Matrix
from personalization.flows import comparing, intake, uniting
from personalization.flows.intake import Look
from personalization.flows.kinds import KINDS
from personalization.sites import audit
from personalization.sites.phrasebook import spoken
from personalization.sites.scoped import caller
from rules import filing
from rules.errors import InvalidError
from rules.filing import LARGEST
from rules.matrix.document import parse

SHOWN = 30
"""So many of the newest revisions can be downloaded from the page."""
MOST_TOLD = 2_000_000
"""Characters of a look that a form carries; a larger file is applied by the management API."""
_SALT = "desk.matrix-file"
_DAY = 86_400
_FORM = 200_000
"""Bytes of an upload that are not the file."""
_NUMBER = re.compile(r"-r(\d{1,9})\b")


@desk("viewer")
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what can be downloaded, and the form that takes a file."""
    return _shown(request, _matrix(request, pk, "viewer"), {})


@desk("viewer")
@require_GET
def download(request: HttpRequest, pk: int, number: int, notation: str) -> HttpResponse:
    """Send one revision as a file, or say what the notation has no words for."""
    matrix = _matrix(request, pk, "viewer")
    revision = get_object_or_404(matrix.revisions, number=number)
    if notation not in filing.tables():
        raise Http404
    try:
        body = filing.written(notation, parse(revision.document))
    except InvalidError as fault:
        said = file_words.unsaid(notation, number, fault)
        return _shown(request, matrix, {"refused": said}, status=422)
    known = filing.tables()[notation]
    answer = HttpResponse(body, content_type=known.media)
    name = re.sub(r"[^A-Za-z0-9._-]", "_", matrix.slot.key)[:80]
    disposition = f'attachment; filename="{name}-r{number}{known.suffix}"'
    answer.headers["Content-Disposition"] = disposition
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@desk("editor")
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would change, or all its faults; nothing is written."""
    matrix = _matrix(request, pk, "editor")
    given = request.FILES.get("file")
    if given is None:
        return _shown(request, matrix, {"refused": gettext("Choose a file first.")}, status=422)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + _FORM:
        size = {"most": LARGEST // 1_000_000, "has": (given.size or 0) // 1_000_000}
        said = gettext("A file may have %(most)s MB; this one has %(has)s MB.") % size
        return _shown(request, matrix, {"refused": said}, status=413)
    name = str(given.name or "")[-120:]
    try:
        base = _base(request, matrix, name)
        decision = request.POST.get("decision", "").strip()[:200] or None
        found = intake.look(matrix, given.read(), name, base, decision)
    except InvalidError as fault:
        return _shown(request, matrix, {"refused": spoken(fault.message)}, status=422)
    notation = found.taken.notation if found.taken else ""
    return _looked(request, matrix, found, (name, notation))


@desk("editor")
@require_POST
def apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what was looked at as one draft, on top of what others wrote meanwhile."""
    matrix = _matrix(request, pk, "editor")
    try:
        told = signing.loads(request.POST.get("told", ""), salt=_SALT, max_age=_DAY)
    except signing.BadSignature:
        said = gettext("The look at the file is too old. Upload it once more.")
        return _shown(request, matrix, {"refused": said}, status=422)
    if told["matrix"] != pk:
        raise Http404
    keep, name = request.POST.get("keep", ""), told["name"]
    found = Look(None, told["base"], told["seen"], told["document"])
    keep = keep if keep in (uniting.FILE, uniting.DRAFT) else ""
    who, note = caller(request).actor, gettext("From the file %(name)s") % {"name": name}
    try:
        done = intake.apply(found, matrix, keep, who, note[:300])
    except InvalidError as fault:
        return _shown(request, matrix, {"refused": spoken(fault.message)}, status=422)
    if done["conflicts"]:
        return _looked(
            request, matrix, intake.again(found, matrix), (name, told["notation"]), status=409
        )
    _told(request, matrix, done, told)
    return HttpResponseRedirect(reverse("desk:sheet", args=[pk]))


def _told(request: HttpRequest, matrix: Matrix, done: dict[str, Any], told: Any) -> None:
    """Say what became of it, and write it to the audit."""
    if done.get("same"):
        messages.info(request, gettext("Nothing changes: the draft says the same."))
        return
    revision = matrix.revisions.get(pk=done["revision"])
    detail = {
        "number": revision.number,
        "diff": comparing.drafted(KINDS["matrix"], revision),
        "file": told["name"],
        "notation": told["notation"],
    }
    audit.record(matrix.slot.site_id, caller(request).actor, "drafted", matrix, detail)
    said = gettext("Saved as draft %(number)s. Nobody sees it before it is published.")
    messages.success(request, said % {"number": revision.number})
    if done["merged"]:
        messages.info(request, gettext("What others saved meanwhile is kept."))


def _looked(
    request: HttpRequest, matrix: Matrix, found: Look, named: tuple[str, str], status: int = 200
) -> HttpResponse:
    name, notation = named
    told = {
        "matrix": matrix.pk, "document": found.document, "base": found.base, "seen": found.seen,
        "name": name, "notation": notation,
    }  # fmt: skip
    signed = signing.dumps(told, salt=_SALT, compress=True) if found.document else ""
    more = {
        "look": found,
        "name": name,
        "notation": file_words.label(notation),
        **file_words.of(found),
        "told": signed if len(signed) <= MOST_TOLD else "",
    }
    return _shown(request, matrix, more, status=422 if found.faults else status)


def _base(request: HttpRequest, matrix: Matrix, name: str) -> int | None:
    """Return the revision a file was made from: as was said, or as its name says."""
    said = request.POST.get("base", "")
    if said.isdecimal():
        return int(said[:9])
    found = _NUMBER.search(name)
    known = found and matrix.revisions.filter(number=int(found[1])).exists()
    return int(found[1]) if found and known else None


def _shown(
    request: HttpRequest, matrix: Matrix, more: dict[str, Any], status: int = 200
) -> HttpResponse:
    revisions = list(matrix.revisions.all()[:SHOWN])
    told = standing.lines(request, "matrix", matrix, revisions)
    context = {
        "matrix": matrix,
        "revisions": [{"revision": r, **line} for r, line in zip(revisions, told, strict=True)],
        "numbered": revisions,
        "notations": [(key, each.label) for key, each in filing.tables().items()],
        "most": LARGEST // 1_000_000,
        "may": caller(request).may("editor", matrix.slot.site_id),
        "back": reverse("desk:sheet", args=[matrix.pk]),
        "back_name": gettext("%(slot)s: matrix") % {"slot": matrix.slot.key},
        **more,
    }
    title = gettext("%(slot)s: files") % {"slot": matrix.slot.key}
    answer = render(request, "admin/desk/file.html", title, **context)
    answer.status_code = status
    return answer


def _matrix(request: HttpRequest, pk: int, needs: str) -> Matrix:
    found = get_object_or_404(Matrix.objects.select_related("slot__site", "live"), pk=pk)
    demand(request, needs, found.slot.site_id)
    return found
