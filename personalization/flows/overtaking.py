"""What was changed on a site since a rulebook was exported, and would be lost if it is applied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import F

from personalization.decisions.models import MatrixRevision
from personalization.segments.models import SegmentRevision

ACTOR = "command"
"""Who publishes what a rulebook says: that is no change of somebody else's."""


def numbers(site_id: int) -> dict[str, int]:
    """Return the number of each revision in force, by kind and name: what an export stands on."""
    return {name: row.number for name, row in _live(site_id)}


def since(site_id: int, base: Mapping[str, Any]) -> dict[str, str]:
    """Return what others put in force after an export, by kind and name, in words.

    What a rulebook published is none of it. A folder that does not say what it stands on is not
    compared.
    """
    if not base:
        return {}
    return {
        name: f"r{row.number} by {row.author or 'nobody'}, after the export"
        for name, row in _live(site_id)
        if row.number != base.get(name)
        and not (row.author == ACTOR and row.number > int(base.get(name) or 0))
    }


def _live(site_id: int) -> Iterator[tuple[str, Any]]:
    segments = SegmentRevision.objects.filter(segment__site_id=site_id, segment__part_of=None)
    for row in segments.filter(segment__live=F("pk")).select_related("segment"):
        yield f"segment {row.segment.slug}", row
    matrices = MatrixRevision.objects.filter(matrix__slot__site_id=site_id, matrix__live=F("pk"))
    for one in matrices.select_related("matrix__slot"):
        yield f"matrix {one.matrix.slot.key}", one
