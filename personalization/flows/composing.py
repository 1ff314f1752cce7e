"""A draft of a segment as its page sees it: opened, read in any of its forms, checked and saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from personalization.segments import drafts
from personalization.segments.models import Segment, SegmentRevision
from rules import canonical, outline
from rules.conditions import Condition
from rules.errors import InvalidError
from rules.notations import text as sentences
from rules.notations.sentences.said import TextError
from rules.scopes import Scope

ROOM = 72  # characters of a line
EMPTY: dict[str, Any] = {"all": []}
PARTS = ("condition", "stability")


def opened(segment: Segment) -> dict[str, Any]:
    """Return the newest revision, its number, and which one is in force."""
    newest = segment.revisions.first()
    told = {"base": 0, "revision": None, "condition": EMPTY, "stability": {}}
    if newest:
        told = {"base": newest.number, "revision": newest.pk, **_said(newest)}
    live = segment.live
    return {**told, "live": live.number if live else None, "live_id": live.pk if live else None}


def read(form: str, said: object) -> dict[str, Any]:
    """Return a condition, written as ``text`` or else as its tree, in both forms, or its faults."""
    try:
        if form == "text":
            return told(sentences.read(str(said), scope=Scope.SEGMENT))
        return told(drafts.check(said))
    except TextError as fault:
        return {"faults": [{**_fault(fault), "line": fault.line, "column": fault.column}]}
    except InvalidError as fault:
        found = [fault] if form == "text" else outline.faults(said)
        return {"faults": [_fault(one) for one in found or [fault]]}


def told(condition: Condition) -> dict[str, Any]:
    """Return a condition as JSON and as text."""
    text = sentences.write(condition, room=ROOM)
    return {"document": canonical.document(condition), "text": text, "faults": []}


@transaction.atomic
def saved(
    segment: Segment, base: int, mine: Mapping[str, Any], author: str, note: str
) -> dict[str, Any]:
    """Write a draft on top of what others wrote since ``base``; ask where both changed the same.

    Condition and stability are merged apart. Returns the new number and both, or ``conflicts``.
    """
    Segment.objects.select_for_update().get(pk=segment.pk)
    newest = segment.revisions.first()
    number, merged = (newest.number if newest else 0), {part: mine[part] for part in PARTS}
    if number != base:
        before = segment.revisions.filter(number=base).first()
        if newest is None or (before is None and base):
            expected = "expected the number of a revision of this segment"
            raise InvalidError("/base", "unknown", expected)
        old = _said(before) if before else {"condition": None, "stability": None}
        merged, conflicts = _merged(old, merged, _said(newest))
        if conflicts:
            return {"base": number, **merged, "conflicts": conflicts}
    made = drafts.draft(segment, merged["condition"], merged["stability"], author, note)
    told = {"base": made.number, "revision": made.pk, "merged": number != base}
    return {**told, **merged, "conflicts": []}


def _merged(
    old: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    merged, conflicts = {}, []
    for part in PARTS:
        changed = ours[part] != old[part]
        merged[part] = ours[part] if changed else theirs[part]
        if changed and theirs[part] not in (old[part], ours[part]):
            conflicts.append({"part": part, "ours": ours[part], "theirs": theirs[part]})
    return merged, conflicts


def _said(revision: SegmentRevision) -> dict[str, Any]:
    """Return what a revision says, its condition written as people write it."""
    try:
        condition = canonical.document(drafts.check(revision.condition))
    except InvalidError:
        condition = revision.condition
    return {"condition": condition, "stability": revision.stability}


def _fault(fault: InvalidError) -> dict[str, Any]:
    return {"at": fault.at, "code": fault.code, "message": fault.message}
