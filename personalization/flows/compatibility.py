"""Whether a rulebook fits a site: everything its rules name is there, or comes with them."""

from __future__ import annotations

from collections.abc import Iterator

from personalization.content.models import Slot
from personalization.decisions.models import Matrix, MatrixRevision
from personalization.flows import declared, fitting
from personalization.flows.exporting import name_of
from personalization.flows.rulebook import Rulebook
from rules import definitions
from rules.definitions import Definitions
from rules.errors import InvalidError
from rules.matrix.document import document


def faults(site_id: int, book: Rulebook, *, draft: bool = False) -> list[str]:
    """Return why the rulebook does not fit the site, or the site's drafts; nothing if it does."""
    stated = declared.segments(site_id)
    stated |= {slug: (one.when, one.stability) for slug, one in book.segments.items()}
    features, sets = declared.features(site_id), declared.rankings(site_id)
    trees = declared.hierarchies(site_id)
    try:
        asked = definitions.build(stated, features, rankings=sets, hierarchies=trees)
    except InvalidError as fault:
        return [str(fault)]
    slots = sorted(book.matrices)
    return [said for slot in slots for said in _misfits(site_id, slot, book, asked, draft)]


def _misfits(
    site_id: int, slot: str, book: Rulebook, asked: Definitions, draft: bool
) -> Iterator[str]:
    found = Slot.objects.filter(site_id=site_id, key=slot).first()
    if found is None:
        yield f"{name_of(slot)}: expected a slot of the site"
        return
    revision = MatrixRevision(matrix=Matrix(slot=found), document=document(book.matrices[slot]))
    try:
        fitting.check(revision, asked, draft=draft)
    except InvalidError as fault:
        yield f"{name_of(slot)}: {fault}"
