"""Membership: what changed for whom and why, written as moves; who is in, kept as members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import orjson

from personalization.plant import sql
from personalization.segments import news
from rules.state import Membership, Move


class Course(NamedTuple):
    """One profile's moves of one fold; ``since``: they replace what was recorded after it."""

    profile: str
    moves: Sequence[Move]
    since: int | None
    memberships: Mapping[str, Membership]


class Recorded(NamedTuple):
    """A move that was written now."""

    profile: str
    move: Move
    is_news: bool
    """Whether the world has not heard of it: no correction, and not inherited."""


STORED = f"""
SELECT m.id, {sql.hexed("m.profile")}, m.key, m.entered, m.effective_at
FROM unnest(%b::text[]::uuid[], %b::bigint[]) AS w (profile, since)
JOIN segments_move m ON m.profile = w.profile AND m.effective_at > w.since
WHERE m.superseded_at IS NULL
"""
LAST_CONSENT = """
SELECT coalesce(max(c.id), 0) FROM segments_move c
WHERE c.profile = m.profile AND c.cause = 'consent' AND c.superseded_at IS NULL
"""
"""The last move that a withdrawn consent made: what was before it is no longer in the log."""
SUPERSEDE = "UPDATE segments_move SET superseded_at = %s WHERE id = ANY(%s)"
WRITE = """
INSERT INTO segments_move
    (site_id, profile, key, entered, effective_at, recorded_at, cause, generation, values)
SELECT %s, profile, key, entered, effective_at, %s, cause, %s, values
FROM unnest(%b::text[]::uuid[], %b::text[], %b::bool[], %b::bigint[], %b::text[],
    %b::text[]::jsonb[])
AS n (profile, key, entered, effective_at, cause, values)
"""
LEAVE = """
DELETE FROM segments_member m USING unnest(%b::text[], %b::text[]::uuid[]) AS n (key, profile)
WHERE m.key = n.key AND m.profile = n.profile
"""
ENTER = """
INSERT INTO segments_member (key, profile, site_id, since)
SELECT key, profile, %s, since FROM unnest(%b::text[], %b::text[]::uuid[], %b::bigint[])
AS n (key, profile, since) ORDER BY key, profile
ON CONFLICT (key, profile) DO UPDATE SET since = excluded.since
"""


EXPEL = """
INSERT INTO segments_move
    (site_id, profile, key, entered, effective_at, recorded_at, cause, generation, values)
SELECT m.site_id, m.profile, m.key, false, %s, %s, 'publish', %s, '{}'
FROM unnest(%b::text[], %b::text[]) AS n (key, next)
JOIN segments_member m ON m.key = n.key AND m.site_id = %s
WHERE NOT EXISTS (
    SELECT 1 FROM segments_member s WHERE s.key = n.next AND s.profile = m.profile)
"""
VACATE = "DELETE FROM segments_member WHERE key = ANY(%b::text[]) AND site_id = %s"
UNDO = """
UPDATE segments_move SET superseded_at = %s
WHERE site_id = %s AND key = ANY(%b::text[]) AND superseded_at IS NULL AND cause = 'publish'
"""


def settle(
    courses: Iterable[Course],
    keys: frozenset[str],
    site: int,
    generation: int,
    now: int,
    gone: Mapping[str, str],
) -> list[Recorded]:
    """Record the moves of a batch; where history was folded again, correct what stands.

    ``gone`` are profiles that become part of others: what they were in is no news of those.
    """
    courses = list(courses)
    spans = {course.profile: course.since for course in courses if course.since is not None}
    standing = _standing(spans, keys)
    inherited = _standing(dict.fromkeys(gone, -1), keys) if spans else {}
    fresh = _fresh(courses, standing, news.before([*standing, *inherited], gone))
    if standing:
        sql.run(SUPERSEDE, [now, list(standing.values())])
    _write(fresh, site, generation, now)
    _keep_members(courses, keys, site)
    return fresh


def _standing(
    spans: Mapping[str, int], keys: frozenset[str]
) -> dict[tuple[str, str, bool, int], int]:
    """Return the recorded moves that a refold may contradict, by what they say."""
    if not spans:
        return {}
    return {
        (profile, key, entered, at): pk
        for pk, profile, key, entered, at in sql.rows(STORED, [list(spans), list(spans.values())])
        if key in keys
    }


def _fresh(
    courses: Iterable[Course],
    standing: dict[tuple[str, str, bool, int], int],
    stood: Mapping[tuple[str, str], bool],
) -> list[Recorded]:
    """Return the moves that are not recorded yet; what is recorded and true leaves ``standing``."""
    fresh = []
    for profile, moves, since, _ in courses:
        told = moves if since is None else list(news.news(profile, moves, stood))
        for move in moves:
            said = (profile, move.segment, move.entered, move.effective_at)
            if standing.pop(said, None) is None:
                fresh.append(Recorded(profile, move, move in told))
    return fresh


def _write(fresh: list[Recorded], site: int, generation: int, now: int) -> None:
    if not fresh:
        return
    moves = [item.move for item in fresh]
    columns = [
        [item.profile for item in fresh],
        [move.segment for move in moves],
        [move.entered for move in moves],
        [move.effective_at for move in moves],
        [move.cause for move in moves],
        [orjson.dumps(move.values).decode() for move in moves],
    ]
    sql.run(WRITE, [site, now, generation, *columns])


def _keep_members(courses: list[Course], keys: frozenset[str], site: int) -> None:
    """Bring the member table to where the moves lead."""
    anew = {course.profile for course in courses if course.since is not None}
    if anew:
        sql.run("DELETE FROM segments_member WHERE profile = ANY(%b::text[]::uuid[])", [list(anew)])
    entered, left = [], []
    for course in courses:
        again = course.profile in anew
        touched = course.memberships if again else {move.segment for move in course.moves}
        for key in keys & set(touched):
            membership = course.memberships.get(key)
            if membership is not None and membership.member:
                entered.append((key, course.profile, membership.since))
            elif not again:
                left.append((key, course.profile))
    if left:
        sql.run(LEAVE, [[key for key, _ in left], [profile for _, profile in left]])
    if entered:
        sql.run(ENTER, [site, *([row[part] for row in entered] for part in range(3))])


def forget(profiles: Iterable[str], now: int) -> None:
    """Supersede the moves of profiles that are no longer anybody, and take them out of segments."""
    gone = list(profiles)
    sql.run(
        "UPDATE segments_move SET superseded_at = %s"
        " WHERE superseded_at IS NULL AND profile = ANY(%b::text[]::uuid[])",
        [now, gone],
    )
    sql.run("DELETE FROM segments_member WHERE profile = ANY(%b::text[]::uuid[])", [gone])


def leave(gone: Mapping[str, str], site: int, generation: int, now: int) -> None:
    """Let the members of definitions leave that are in force no more, but for those in the next.

    ``gone`` gives each definition's key the one that follows it, or nothing.
    """
    keys, following = list(gone), list(gone.values())
    sql.run(EXPEL, [now, now, generation, keys, following, site])
    sql.run(VACATE, [keys, site])


def undo(keys: Iterable[str], site: int, now: int) -> None:
    """Take back what was prepared for definitions that never came in force."""
    never = list(keys)
    sql.run(UNDO, [now, site, never])
    sql.run(VACATE, [never, site])
