"""A matrix's file on its way in: what it would change of the draft by cell, and its faults."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction

from personalization.decisions import drafts
from personalization.decisions.models import Matrix
from personalization.flows import cells, misnomers, sheet, uniting
from personalization.flows.uniting import Document
from rules import filing
from rules.errors import InvalidError
from rules.filing import Taken
from rules.grid.addresses import Spot, spot
from rules.grid.contrast import Contrast, contrast
from rules.grid.differing import fields, flat
from rules.matrix.document import document as write
from rules.matrix.document import parse
from rules.matrix.merging import Conflict


class Look(NamedTuple):
    """What a file would change of the revision ``seen``; ``document`` is what would be written.

    ``base`` is the revision it was made from. ``document`` is ``None`` where there are faults.
    """

    taken: Taken | None
    base: int
    seen: int
    document: Document | None = None
    faults: tuple[Spot, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    rows: Contrast = Contrast((), ())
    whole: tuple[str, ...] = ()
    same: bool = False


def look(row: Matrix, body: bytes, name: str, base: int | None, decision: str | None) -> Look:
    """Return what a file would change; nothing is written. No ``base``: the newest revision.

    ``InvalidError`` where the matrix has no revision ``base``.
    """
    seen = _newest(row)
    base = seen if base is None else base
    before = uniting.at(row, base)
    taken = filing.taken(body, name, parse(before), decision)
    if taken.matrix is None:
        return Look(taken, base, seen, faults=taken.faults)
    faults = tuple(misnomers.faults(row.slot, taken, parse(before)))
    try:
        drafts.check(write(taken.matrix), row.slot.key)
    except InvalidError as fault:
        faults = (spot(fault, ()), *faults)
    if faults:
        return Look(taken, base, seen, faults=faults)
    return _compared(Look(taken, base, seen, write(taken.matrix)), row)


@transaction.atomic
def apply(look: Look, row: Matrix, keep: str, author: str, note: str) -> dict[str, Any]:
    """Write one draft, as the grid does; ``conflicts`` where somebody has to decide, then none."""
    assert look.document is not None
    Matrix.objects.select_for_update().get(pk=row.pk)
    whole, conflicts = uniting.settled(row, look.document, look.base, look.seen, keep)
    if conflicts:
        return {"conflicts": list(conflicts)}
    if any(uniting.same(whole, uniting.at(row, n)) for n in {look.seen, _newest(row)}):
        return {"conflicts": [], "same": True}
    return sheet.saved(row, look.seen, cells.sheet(parse(whole)), author, note)


def again(look: Look, row: Matrix) -> Look:
    """Return the same look beside the revision that is the newest by now."""
    return _compared(look._replace(seen=_newest(row)), row)


def _newest(row: Matrix) -> int:
    newest = row.revisions.first()
    return newest.number if newest else 0


def _compared(look: Look, row: Matrix) -> Look:
    assert look.document is not None
    whole, conflicts = uniting.settled(row, look.document, look.base, look.seen, "")
    now = uniting.at(row, look.seen)
    old, new = cells.sheet(parse(now)), cells.sheet(parse(whole))
    heads = list(dict.fromkeys([*new["headings"], *old["headings"]]))
    rows = contrast(heads, old["rows"], new["rows"])
    said = tuple(fields(flat(old["said"]), flat(new["said"])))
    same = uniting.same(whole, now)
    return look._replace(conflicts=tuple(conflicts), rows=rows, whole=said, same=same)
