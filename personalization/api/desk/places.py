"""Where things with revisions have their pages in the admin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from personalization.flows.kinds import Kind

PAGES: Mapping[str, str] = {
    "segment": "admin:segments_segment_change",
    "set": "admin:segments_segmentset_change",
    "stages": "admin:segments_stagerules_change",
    "trigger": "admin:segments_trigger_change",
    "variant": "admin:content_variant_change",
    "slot": "admin:content_slot_change",
    "matrix": "admin:decisions_matrix_change",
}


def url(kind: Kind, revision: Any) -> str:
    """Return the page of what a revision is of."""
    return of(kind.word, kind.owner_of(revision).pk)


def of(kind: str, object_id: int) -> str:
    """Return the page of a thing by its kind and id."""
    return reverse(PAGES[kind], args=[object_id])
