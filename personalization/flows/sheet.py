"""A draft of a matrix as the cells an editor sees: opened, checked and saved."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from personalization.decisions import drafts
from personalization.decisions.models import Matrix
from personalization.flows import cells, inspection
from personalization.flows.cells import Sheet
from rules.errors import InvalidError
from rules.matrix.document import document as write
from rules.matrix.document import parse
from rules.matrix.merging import Conflict, merge


def opened(matrix: Matrix) -> dict[str, Any]:
    """Return the newest revision as a sheet, and its number; an empty one where there is none."""
    newest = matrix.revisions.first()
    document = newest.document if newest else _blank(matrix)
    where = {"base": newest.number, "revision": newest.pk} if newest else {"base": 0}
    return {**where, "sheet": cells.sheet(parse(document))}


def inspected(matrix: Matrix, sheet: Sheet) -> dict[str, Any]:
    """Return the faults by row and column; where there are none, what the checker finds."""
    faults = cells.faults(sheet)
    if faults:
        return {"faults": faults, "findings": []}
    document = write(drafts.check(write(cells.matrix(sheet)), matrix.slot.key))
    return {"faults": [], "findings": _remarks(matrix.slot.site_id, document)}


def _remarks(site: int, document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the checker finds, with rows called by their number as people count them."""
    ids = {str(i): row["id"] for i, row in enumerate(document["rows"], 1)}
    rows = [{**row, "id": i} for i, row in zip(ids, document["rows"], strict=True)]
    found: list[dict[str, Any]] = inspection.remarks(site, {**document, "rows": rows})
    named = ("rows", "others")
    return [{**one, **{name: [ids[i] for i in one[name]] for name in named}} for one in found]


@transaction.atomic
def saved(matrix: Matrix, base: int, sheet: Sheet, author: str, note: str) -> dict[str, Any]:
    """Write a draft on top of what others wrote since ``base``; ask where both changed the same.

    Returns the new number and sheet, or ``conflicts`` and the sheet in which ours stands so far.
    """
    Matrix.objects.select_for_update().get(pk=matrix.pk)
    ours = write(cells.matrix(sheet))
    newest = matrix.revisions.first()
    number = newest.number if newest else 0
    if number != base:
        before = matrix.revisions.filter(number=base).first()
        if newest is None or (before is None and base):
            expected = "expected the number of a revision of this matrix"
            raise InvalidError("/base", "unknown", expected)
        old = before.document if before else _blank(matrix)
        merged = merge(_canonical(old), ours, _canonical(newest.document))
        ours = merged.document
        if merged.conflicts:
            open_ones = [_told(each, ours) for each in merged.conflicts]
            sheet = cells.sheet(parse(ours))
            return {"base": number, "sheet": sheet, "conflicts": open_ones}
    made = drafts.draft(matrix, ours, author, note)
    told = {"base": made.number, "sheet": cells.sheet(parse(ours)), "merged": number != base}
    return {**told, "revision": made.pk, "conflicts": []}


def _blank(matrix: Matrix) -> dict[str, Any]:
    """Return what somebody sees who opens a matrix nobody has written yet."""
    return {"rows": [], "fallback": matrix.slot.fallback}


def _canonical(document: object) -> dict[str, object]:
    return write(parse(document))


def _told(conflict: Conflict, whole: dict[str, Any]) -> dict[str, Any]:
    """Return a conflict with its rows as cells."""
    said = conflict._asdict()
    if conflict.kind != "row":
        return said
    for side in ("ours", "theirs"):
        row = said[side]
        said[side] = row and cells.sheet(parse({**whole, "rows": [row]}))["rows"][0]
    return said
