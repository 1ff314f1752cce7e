"""Rolls: a list's versions, taken in whole or not at all, compared, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

from django.db import transaction

from personalization.plant import sql
from personalization.segments import drafts, factual
from personalization.segments.lists import ListVersion, SegmentList
from personalization.segments.models import Segment
from personalization.segments.sheets import TRAIT, Sheet
from personalization.sites import audit
from rules import durations
from rules.errors import InvalidError

SHORTEST = 60 * durations.MINUTE
"""No list is computed anew more often."""
EVENT = "$list:"
"""How the events begin that put people on lists; nobody outside may send one."""


AT_ONCE = 10_000
"""Entries written in one go: who they are may be asked of the same connection in between."""


class Difference(NamedTuple):
    """How two versions differ."""

    added: int
    removed: int
    unchanged: int


HOLD = "CREATE TEMP TABLE roll_sheet (entry uuid) ON COMMIT DROP"
KEEP = """
INSERT INTO segments_listentry (version_id, entry) SELECT DISTINCT %s::bigint, entry FROM roll_sheet
"""
COUNT = "SELECT count(*) FROM segments_listentry WHERE version_id = %s"
COMPARE = """
SELECT count(*) FILTER (WHERE a.entry IS NULL), count(*) FILTER (WHERE b.entry IS NULL),
    count(*) FILTER (WHERE a.entry IS NOT NULL AND b.entry IS NOT NULL)
FROM (SELECT entry FROM segments_listentry WHERE version_id = %s) a
FULL JOIN (SELECT entry FROM segments_listentry WHERE version_id = %s) b USING (entry)
"""


def condition(slug: str) -> dict[str, object]:
    """Return what a list's segment asks: the last word of the log on whether one is on it."""
    measure = {"last": "properties.in"}
    return {"event": EVENT + slug, "measure": measure, "operator": "equals", "value": True}


def check(document: object, every: object) -> int | None:
    """Return the seconds between two runs of a computed list, or raise ``InvalidError``."""
    factual.question(document, "/condition")
    if every in (None, ""):
        return None
    length = durations.parse(every, "/every")
    if length < SHORTEST:
        raise InvalidError("/every", "out_of_range", "expected an hour at least")
    return length // 1_000_000


@transaction.atomic
def found(
    site_id: int, told: Mapping[str, Any], document: object, actor: str, now: int
) -> SegmentList:
    """Make a list: a segment whose draft asks who is on it; computed where it has a condition.

    ``told`` are slug, name, and for a computed one ``every``. ``InvalidError`` for a slug in use.
    """
    slug, every = str(told["slug"]), None
    if document is not None:
        every = check(document, told.get("every"))
    if Segment.objects.filter(site_id=site_id, slug=slug).exists():
        raise InvalidError("/slug", "taken", "expected a slug that no segment has yet")
    segment = Segment.objects.create(site_id=site_id, slug=slug, name=told.get("name") or slug)
    drafts.draft(segment, condition(slug), {}, actor, "a list")
    due = None if every is None else now
    roll = SegmentList.objects.create(segment=segment, condition=document, every=every, due=due)
    audit.record(site_id, actor, "created", segment, {"list": True})
    return roll


def upload(
    roll: SegmentList, chunks: Iterable[bytes], author: str, note: str, now: int
) -> ListVersion:
    """Take a file in as the list's next version; with a fault in it nothing is kept but those."""
    sheet = Sheet(roll.segment.site_id)
    with transaction.atomic():
        version = _take(roll, "upload", sheet.entries(chunks), author, note, now)
        version.by = sheet.by if sheet.by.startswith(TRAIT) else "id"
        version.repeated = sheet.count - version.count
        if sheet.faulty:
            transaction.set_rollback(True)
        else:
            version.save()
    return _refused(roll, sheet, author, note, now) if sheet.faulty else version


def compute(roll: SegmentList, profiles: Iterable[str], now: int) -> ListVersion:
    """Keep who is in now as the list's next version; people are named by their profile's id."""
    with transaction.atomic():
        version = _take(roll, "computed", profiles, "schedule", "", now)
        version.save()
    return version


def compare(one: ListVersion, other: ListVersion) -> Difference:
    """Return what changed from one version to another."""
    ((added, removed, unchanged),) = sql.rows(COMPARE, [one.pk, other.pk])
    return Difference(added, removed, unchanged)


def _take(
    roll: SegmentList, origin: str, entries: Iterable[str], author: str, note: str, now: int
) -> ListVersion:
    version = _next(roll, origin, author, note, now)
    sql.run(HOLD)
    source = iter(entries)
    while part := [(entry,) for entry in islice(source, AT_ONCE)]:
        sql.copy("COPY roll_sheet (entry) FROM STDIN", part)
    sql.run(KEEP, [version.pk])
    sql.run("DROP TABLE roll_sheet")
    ((version.count,),) = sql.rows(COUNT, [version.pk])
    before = roll.versions.filter(state="ready", number__lt=version.number).first()
    version.added, version.removed = version.count, 0
    if before is not None:
        version.added, version.removed, _ = compare(before, version)
    return version


def _next(roll: SegmentList, origin: str, author: str, note: str, now: int) -> ListVersion:
    SegmentList.objects.select_for_update().get(pk=roll.pk)
    newest = roll.versions.first()
    return roll.versions.create(
        number=newest.number + 1 if newest else 1,
        origin=origin,
        author=author[:150],
        note=note[:300],
        created_at=now,
    )


def _refused(roll: SegmentList, sheet: Sheet, author: str, note: str, now: int) -> ListVersion:
    with transaction.atomic():
        version = _next(roll, "upload", author, note, now)
        version.state = ListVersion.State.FAILED
        version.faults, version.faulty = [fault._asdict() for fault in sheet.faults], sheet.faulty
        version.save()
    return version
