"""Conclusions: what inference said of each profile, since when, and who waits to be looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from personalization.plant import sql
from personalization.segments.models import Awaiting, Conclusion


class Concluded(NamedTuple):
    """All that is concluded of a profile from an instant on, and the rule behind each value."""

    profile: str
    at: int
    values: Mapping[str, Any]
    because: Mapping[str, str]


AWAIT = """
INSERT INTO segments_awaiting (profile, site_id, since)
SELECT profile, %s, %s FROM unnest(%b::text[]::uuid[]) AS n (profile) ORDER BY profile
ON CONFLICT (profile) DO NOTHING
"""
FIRST = f"""
SELECT {sql.hexed("profile")} FROM segments_awaiting WHERE site_id = %s ORDER BY since LIMIT %s
"""
LOOKED_AT = "DELETE FROM segments_awaiting WHERE profile = ANY(%b::text[]::uuid[])"
INFERRED = """
INSERT INTO segments_inferred (profile, site_id, version, revision)
SELECT profile, %s, version, %s
FROM unnest(%b::text[]::uuid[], %b::bigint[]) AS n (profile, version) ORDER BY profile
ON CONFLICT (profile) DO UPDATE SET version = excluded.version, revision = excluded.revision
"""
WRITE = """
INSERT INTO segments_conclusion
    (site_id, profile, at, recorded_at, revision, values, because)
SELECT %s, profile, at, %s, %s, values, because
FROM unnest(%b::text[]::uuid[], %b::bigint[], %b::text[]::jsonb[], %b::text[]::jsonb[])
AS n (profile, at, values, because)
"""
HISTORY = f"""
SELECT {sql.hexed("c.profile")}, c.at, c.values, c.because
FROM unnest(%b::text[]::uuid[], %b::bigint[]) AS w (profile, since)
JOIN segments_conclusion c ON c.profile = w.profile AND c.at > w.since ORDER BY c.at, c.id
"""
FORGET = (
    "DELETE FROM segments_conclusion WHERE profile = ANY(%b::text[]::uuid[])",
    "DELETE FROM segments_inferred WHERE profile = ANY(%b::text[]::uuid[])",
    LOOKED_AT,
)


def mark(site: int, profiles: Iterable[str], now: int) -> None:
    """Let profiles wait for inference, in the transaction that changes their state."""
    sql.run(AWAIT, [site, now, list(profiles)])


def first(site: int, most: int) -> list[str]:
    """Return the profiles that wait longest."""
    return [profile for (profile,) in sql.rows(FIRST, [site, most])]


def awaited() -> list[int]:
    """Return the sites with a profile that waits."""
    rows = Awaiting.objects.order_by("site_id").values_list("site_id", flat=True)
    return list(rows.distinct())


def looked_at(site: int, versions: Mapping[str, int], revision: int) -> None:
    """Take profiles out of those that wait, and keep what was looked at."""
    sql.run(LOOKED_AT, [list(versions)])
    sql.run(INFERRED, [site, revision, list(versions), list(versions.values())])


def write(site: int, concluded: Sequence[Concluded], revision: int, now: int) -> None:
    """Record what is concluded anew."""
    if not concluded:
        return
    columns = [
        [one.profile for one in concluded],
        [one.at for one in concluded],
        [orjson.dumps(one.values).decode() for one in concluded],
        [orjson.dumps(one.because).decode() for one in concluded],
    ]
    sql.run(WRITE, [site, now, revision, *columns])


def history(since: Mapping[str, int]) -> list[Concluded]:
    """Return what was concluded of profiles after an instant of each, oldest first."""
    rows = sql.rows(HISTORY, [list(since), list(since.values())])
    return [Concluded(*row) for row in rows]


def newest(profile: UUID) -> dict[str, Any]:
    """Return what is concluded of a profile now."""
    rows = Conclusion.objects.filter(profile=profile).order_by("-at", "-id")
    return dict(rows.values_list("values", flat=True).first() or {})


def forget(profiles: Iterable[str]) -> None:
    """Keep nothing of profiles that are nobody any more, or said no."""
    gone = list(profiles)
    for statement in FORGET if gone else ():
        sql.run(statement, [gone])
