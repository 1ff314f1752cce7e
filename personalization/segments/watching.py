"""Watching: who is taken into a segment's shadow, what became of them, and the report of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from personalization.plant import sql
from personalization.plant.instants import to_text
from personalization.segments.models import SegmentRevision
from personalization.segments.shadows import SegmentShadow
from rules.errors import InvalidError

MOST_TIME = 14 * 86_400_000_000
MOST_PEOPLE = 20_000
SAMPLE = 10
NEW = f"""
WITH fresh AS (SELECT id, owner, device FROM events_log WHERE id > %(cursor)s
    AND site_id = %(site)s AND received_at <= %(until)s ORDER BY id LIMIT %(most)s),
named AS (SELECT DISTINCT i.view FROM fresh f
    JOIN profiles_identity i ON i.id IN (f.owner, f.device))
SELECT {sql.hexed("view")}, (SELECT max(id) FROM fresh) FROM named
UNION ALL SELECT '', (SELECT max(id) FROM fresh)
"""
"""The profiles of the next events of the log; the last line has none, and how far they go."""
NEWEST = "SELECT coalesce(max(id), 0) FROM events_log"
DUE = f"""
SELECT {sql.hexed("profile")} FROM segments_watched WHERE shadow_id = %s AND due <= %s LIMIT %s
"""
KNOWN = f"""
SELECT {sql.hexed("profile")} FROM segments_watched WHERE shadow_id = %s
AND profile = ANY(%b::text[]::uuid[])
"""
WRITE = """
INSERT INTO segments_watched AS w (shadow_id, profile, live, draft, due, turns)
SELECT %s, n.profile, n.live, n.draft, n.due, n.turns FROM jsonb_to_recordset(%s::jsonb)
    AS n(profile uuid, live bool, draft bool, due bigint, turns jsonb)
ON CONFLICT (shadow_id, profile) DO UPDATE SET live = excluded.live, draft = excluded.draft,
    due = excluded.due, turns = excluded.turns
"""
SIDES = f"""
SELECT live, draft, count(*), (array_agg({sql.hexed("profile")} ORDER BY profile))[1:{SAMPLE}]
FROM segments_watched WHERE shadow_id = %s GROUP BY 1, 2 ORDER BY 1, 2
"""
DAYS = """
SELECT (to_timestamp(t.at / 1e6) AT TIME ZONE %s)::date::text, t.side, t.entered, count(*)
FROM segments_watched w, jsonb_to_recordset(w.turns) AS t(side text, at bigint, entered bool)
WHERE w.shadow_id = %s GROUP BY 1, 2, 3 ORDER BY 1
"""


class Stood(NamedTuple):
    """Where somebody stands by both conditions, and how they came there."""

    profile: str
    live: bool
    draft: bool
    due: int | None
    turns: list[dict[str, Any]]


def begin(
    revision: SegmentRevision, terms: tuple[float, int, int], actor: str, now: int
) -> SegmentShadow:
    """Write a running shadow; one of the same segment that runs is stopped.

    ``terms`` are the share in percent, how long in microseconds, and how many people at most.
    """
    share, lasts, most = terms
    if not 0 < share <= 100:  # noqa: PLR2004 -- per cent
        raise InvalidError("/share", "range", "expected more than 0 and at most 100 percent")
    if not 0 < lasts <= MOST_TIME:
        raise InvalidError("/lasts", "range", "expected at most 14d")
    if not 0 < most <= MOST_PEOPLE:
        raise InvalidError("/most", "range", f"expected 1 to {MOST_PEOPLE}")
    if revision.status != SegmentRevision.Status.DRAFT:
        raise InvalidError("/revision", "status", "expected a draft")
    for other in SegmentShadow.objects.filter(
        revision__segment=revision.segment_id, stopped_at=None
    ):
        end(other, SegmentShadow.Ended.STOPPED, now)
    [(newest,)] = sql.rows(NEWEST)
    return SegmentShadow.objects.create(
        site_id=revision.segment.site_id, revision=revision, share=share, most=most, cursor=newest,
        looked_at=now, started_at=now, ends_at=now + lasts, asked_by=actor[:150],
    )  # fmt: skip


def end(shadow: SegmentShadow, how: str, now: int) -> bool:
    """End a shadow; False where it was over."""
    running = SegmentShadow.objects.filter(pk=shadow.pk, stopped_at=None)
    return bool(running.update(stopped_at=now, ended=how))


def fresh(shadow: SegmentShadow, most: int) -> tuple[list[str], int]:
    """Return the profiles of the next events since the shadow's cursor, and how far they go."""
    asked = {"cursor": shadow.cursor, "site": shadow.site_id, "most": most}
    rows = sql.rows(NEW, {**asked, "until": shadow.ends_at})
    return [profile for profile, _ in rows if profile], rows[-1][1] or shadow.cursor


def due(shadow: SegmentShadow, now: int, most: int) -> list[str]:
    """Return who is watched and changes without an event by now."""
    return [profile for (profile,) in sql.rows(DUE, [shadow.pk, now, most])]


def known(shadow: SegmentShadow, profiles: Sequence[str]) -> set[str]:
    """Return which of these are watched already."""
    return {profile for (profile,) in sql.rows(KNOWN, [shadow.pk, list(profiles)])}


def write(shadow: SegmentShadow, stood: Sequence[Stood]) -> None:
    """Write where people stand, in place of where they stood."""
    told = [one._asdict() for one in stood]
    if told:
        sql.run(WRITE, [shadow.pk, orjson.dumps(told).decode()])


def report(shadow: SegmentShadow) -> dict[str, Any]:
    """Return a shadow as JSON: who would be in or out, and the moves of each day on both sides."""
    sides = sql.rows(SIDES, [shadow.pk])
    zone = shadow.revision.segment.site.timezone
    days: dict[str, dict[str, Any]] = {}
    for day, side, entered, count in sql.rows(DAYS, [zone, shadow.pk]):
        line = {name: {"entered": 0, "left": 0} for name in ("live", "draft")}
        told = days.setdefault(day, {"day": day, **line})
        told[side]["entered" if entered else "left"] = count
    return {
        "id": shadow.pk,
        "segment": shadow.revision.segment.slug,
        "revision": shadow.revision.number,
        "share": shadow.share,
        "most": shadow.most,
        "started": to_text(shadow.started_at),
        "ends": to_text(shadow.ends_at),
        "looked": to_text(shadow.looked_at),
        "stopped": None if shadow.stopped_at is None else to_text(shadow.stopped_at),
        "ended": shadow.ended,
        "asked_by": shadow.asked_by,
        "people": sum(count for *_, count, _ in sides),
        "live": sum(count for live, _, count, _ in sides if live),
        "draft": sum(count for _, draft, count, _ in sides if draft),
        "differ": sum(count for live, draft, count, _ in sides if live != draft),
        "ways": [
            {"live": live, "draft": draft, "people": count, "sample": list(sample)}
            for live, draft, count, sample in sides
        ],
        "zone": zone,
        "days": list(days.values()),
    }
