"""Where a segment is asked for: matrices, segments, sets, triggers, lists and rules, drafts too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet

from personalization.decisions.models import MatrixRevision
from personalization.segments.lists import SegmentList
from personalization.segments.models import (
    Segment,
    SegmentRevision,
    SegmentSetRevision,
    StageRulesRevision,
    TriggerRevision,
)
from personalization.sites import audit
from rules.errors import InvalidError

KINDS = (
    ("matrix", MatrixRevision, "matrix__slot__site_id", "matrix", "document"),
    ("segment", SegmentRevision, "segment__site_id", "segment", "condition"),
    ("set", SegmentSetRevision, "set__site_id", "set", "document"),
    ("trigger", TriggerRevision, "trigger__site_id", "trigger", "document"),
    ("stages", StageRulesRevision, "rules__site_id", "rules", "document"),
)
"""What has revisions that may ask for a segment: the word, where its site, owner and text are."""


def of(segment: Segment) -> list[dict[str, Any]]:
    """Return what asks for a segment: kind, its id, its name, and whether that is in force.

    Of each thing the revision in force and the newest one are looked at.
    """
    found = [one for kind in KINDS for one in _asking(segment, *kind)]
    lists = SegmentList.objects.filter(segment__site_id=segment.site_id).select_related("segment")
    own = [row for row in lists if row.segment_id == segment.pk]
    more = [row for row in lists if row.condition and _names(row.condition, segment.slug)]
    found += [_line("list", row.pk, str(row.segment), True) for row in (*own, *more)]
    return found


def delete(segment: Segment, actor: str) -> None:
    """Delete a segment that is not in force and that nothing asks for, or ``InvalidError``."""
    if segment.live_id is not None:
        raise InvalidError("", "used", "expected a segment that is not in force: retire it first")
    if used := of(segment):
        names = ", ".join(f"{one['kind']} {one['name']}" for one in used[:5])
        raise InvalidError("", "used", f"expected a segment that nothing asks for, and {names} do")
    audit.record(segment.site_id, actor, "deleted", segment, {"was": segment.slug})
    segment.delete()


def _asking(
    segment: Segment, kind: str, model: Any, site: str, owner: str, document: str
) -> Iterator[dict[str, Any]]:
    rows: QuerySet[Any] = model.objects.filter(**{site: segment.site_id})
    if model is SegmentRevision:
        rows = rows.exclude(segment=segment).filter(segment__part_of=None)
    newest = rows.order_by(f"{owner}_id", "-number").distinct(f"{owner}_id").values("pk")
    rows = rows.filter(Q(pk__in=newest) | Q(status="live")).select_related(owner)
    seen: dict[int, dict[str, Any]] = {}
    for row in rows.order_by(f"{owner}_id", "number"):
        if _names(getattr(row, document), segment.slug):
            live = row.status == "live"
            own = getattr(row, owner)
            line = seen.setdefault(own.pk, _line(kind, own.pk, str(own), live))
            line["live"] = line["live"] or live
    yield from seen.values()


def _line(kind: str, pk: int, name: str, live: bool) -> dict[str, Any]:
    return {"kind": kind, "pk": pk, "name": name, "live": live}


def _names(document: object, slug: str) -> bool:
    """Tell whether a document asks for a segment, wherever in it."""
    waiting = [document]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if any(part.get(key) == slug for key in ("segment", "entered", "exited")):
                return True
            waiting += _inner(part.values())
        elif isinstance(part, list):
            waiting += _inner(part)
    return False


def _inner(values: Iterable[object]) -> list[object]:
    return [value for value in values if isinstance(value, dict | list)]
