"""A rulebook's files as drafts of a site: nobody sees them before they are published."""

from __future__ import annotations

from typing import Any

from personalization.content.models import Slot
from personalization.decisions import drafts as matrix_drafts
from personalization.decisions.models import Matrix, MatrixRevision
from personalization.flows.rulebook import Rulebook
from personalization.segments import drafts as segment_drafts
from personalization.segments.models import Segment, SegmentRevision
from rules import canonical
from rules.matrix.document import document
from rules.segment import stability_document

NOTE = "from a rulebook"


def draft(site_id: int, kind: str, name: str, book: Rulebook, author: str) -> Any:
    """Write the next revision of a segment or matrix; ``InvalidError`` where it cannot be."""
    write = {"segment": segment, "matrix": matrix}[kind]
    return write(site_id, name, book, author)


def segment(site_id: int, slug: str, book: Rulebook, author: str) -> SegmentRevision:
    """Write a segment's draft; one that is new gets its name and who may see it, too."""
    said = book.segments[slug]
    plain = {"name": said.name or slug, "description": said.description, "visible": said.visible}
    row, _ = Segment.objects.get_or_create(site_id=site_id, slug=slug, defaults=plain)
    stability = stability_document(said.stability)
    return segment_drafts.draft(row, canonical.document(said.when), stability, author, NOTE)


def named(site_id: int, slug: str, book: Rulebook) -> None:
    """Give a segment the name, description and visibility its file says."""
    said = book.segments[slug]
    plain = {"name": said.name or slug, "description": said.description, "visible": said.visible}
    Segment.objects.filter(site_id=site_id, slug=slug).update(**plain)


def matrix(site_id: int, slot: str, book: Rulebook, author: str) -> MatrixRevision:
    """Write the draft of a slot's matrix."""
    row, _ = Matrix.objects.get_or_create(slot=Slot.objects.get(site_id=site_id, key=slot))
    return matrix_drafts.draft(row, document(book.matrices[slot]), author, NOTE)
