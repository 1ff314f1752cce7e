"""Roll call: who a list's version means among those we know, and what they were told before."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import orjson

from personalization.plant import sql
from personalization.segments import sheets
from personalization.segments.lists import SegmentList

ENTRIES = f"""
SELECT {sql.hexed("e.entry")}, {sql.hexed("i.view")},
    i.id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM segments_listed d
        WHERE d.roll_id = %s AND d.identity = e.entry)
FROM (SELECT entry FROM segments_listentry WHERE version_id = %s AND entry > %s
    ORDER BY entry LIMIT %s) e LEFT JOIN profiles_identity i ON i.id = e.entry ORDER BY e.entry
"""
LISTED = f"""
SELECT {sql.hexed("d.identity")}, EXISTS (SELECT 1 FROM segments_listentry e
    WHERE e.version_id = %s AND e.entry = d.identity), s.body
FROM (SELECT identity FROM segments_listed WHERE roll_id = %s AND identity > %s
    ORDER BY identity LIMIT %s) d
LEFT JOIN profiles_identity i ON i.id = d.identity
LEFT JOIN features_profilestate s ON s.profile = i.person ORDER BY d.identity
"""
STATES = f"""
SELECT {sql.hexed("s.profile")}, s.body, NOT p.device_view AND p.merged_into IS NULL
FROM (SELECT profile, body FROM features_profilestate WHERE site_id = %s AND profile > %s
    ORDER BY profile LIMIT %s) s JOIN profiles_profile p ON p.id = s.profile ORDER BY s.profile
"""
AMONG = f"""
SELECT {sql.hexed("entry")} FROM segments_listentry
WHERE version_id = %s AND entry = ANY(%b::text[]::uuid[])
"""
HAVE = f"""
SELECT {sql.hexed("identity")} FROM segments_listed
WHERE roll_id = %s AND identity = ANY(%b::text[]::uuid[])
"""
Slice = tuple[list[str], list[str]]
"""Everybody looked at, in order, and those of them to be told."""


def missing(roll: SegmentList, by: str, after: UUID, most: int) -> Slice:
    """Return some of those who may be on the list, and who of them is and was not told."""
    if by != "id":
        return _people(roll, by, after, most)
    rows = sql.rows(ENTRIES, [roll.pk, roll.live_id, after, most])
    return [entry for entry, _, _ in rows], [entry for entry, _, missing in rows if missing]


def _people(roll: SegmentList, by: str, after: UUID, most: int) -> Slice:
    """Look through everybody's state: a trait names whoever has it now."""
    site = roll.segment.site_id
    rows = sql.rows(STATES, [site, after, most])
    meant = {profile: _entry(site, by, body) for profile, body, real in rows if real}
    listed = _among(roll, meant.values())
    on = [profile for profile, entry in meant.items() if entry in listed]
    have = {identity for (identity,) in sql.rows(HAVE, [roll.pk, on])}
    return [profile for profile, _, _ in rows], [one for one in on if one not in have]


def gone(roll: SegmentList, by: str, after: UUID, most: int) -> Slice:
    """Return some of those who were told that they are on the list, and who of them is not."""
    rows = sql.rows(LISTED, [roll.live_id, roll.pk, after, most])
    if by == "id":
        return [one for one, _, _ in rows], [one for one, still, _ in rows if not still]
    meant = {one: _entry(roll.segment.site_id, by, body) for one, _, body in rows}
    listed = _among(roll, meant.values())
    return list(meant), [one for one, entry in meant.items() if entry not in listed]


def _entry(site: int, by: str, body: bytes | None) -> str:
    traits = orjson.loads(bytes(body)).get("t", {}) if body else {}
    said = traits.get(by.removeprefix("traits."), [None])[0]
    return sheets.entry(site, by, said) if isinstance(said, str) and said else ""


def _among(roll: SegmentList, entries: Iterable[str]) -> set[str]:
    wanted = [entry for entry in entries if entry]
    return {entry for (entry,) in sql.rows(AMONG, [roll.live_id, wanted])}
