"""Timers: the one next instant of each profile at which something changes without an event."""

from __future__ import annotations

from collections.abc import Iterable

from personalization.plant import sql
from personalization.plant.instants import SECOND

ARM = """
INSERT INTO segments_timer AS t (profile, site_id, due)
SELECT profile, %s, due FROM unnest(%b::text[]::uuid[], %b::bigint[]) AS n (profile, due)
ORDER BY profile
ON CONFLICT (profile) DO UPDATE SET due = excluded.due WHERE t.due > excluded.due
"""
DUE = f"""
SELECT site_id, {sql.hexed("profile")} FROM segments_timer WHERE due <= %s ORDER BY due LIMIT %s
"""
ARMED = f"""
SELECT {sql.hexed("profile")}, due FROM segments_timer WHERE profile = ANY(%b::text[]::uuid[])
"""
REARM = """
UPDATE segments_timer t SET due = n.due
FROM unnest(%b::text[]::uuid[], %b::bigint[]) AS n (profile, due)
WHERE t.profile = n.profile
"""


def arm(site: int, due: Iterable[tuple[str, int | None]]) -> None:
    """Set the profiles' timers where that is earlier; one set too early is harmless."""
    wanted = [(profile, instant) for profile, instant in due if instant is not None]
    if wanted:
        sql.run(ARM, [site, [p for p, _ in wanted], [instant for _, instant in wanted]])


def due(now: int, limit: int) -> dict[int, list[str]]:
    """Return the profiles whose timer has come, by site, longest overdue first."""
    found: dict[int, list[str]] = {}
    for site, profile in sql.rows(DUE, [now, limit]):
        found.setdefault(site, []).append(profile)
    return found


def rearm(fired: Iterable[tuple[str, int | None]]) -> None:
    """Set the timers of profiles that were just brought up to date, in the same transaction."""
    fired = list(fired)
    again = [(profile, instant) for profile, instant in fired if instant is not None]
    if again:
        sql.run(REARM, [[p for p, _ in again], [instant for _, instant in again]])
    drop(profile for profile, instant in fired if instant is None)


def drop(profiles: Iterable[str]) -> None:
    """Delete the profiles' timers."""
    sql.run("DELETE FROM segments_timer WHERE profile = ANY(%b::text[]::uuid[])", [list(profiles)])


def armed(profiles: Iterable[str]) -> dict[str, int]:
    """Return when the profiles' timers are due, of those that have one."""
    return dict(sql.rows(ARMED, [list(profiles)]))


def wait(now: int, most: float) -> float:
    """Return the seconds until the earliest timer is due, or the most where none is armed."""
    ((due,),) = sql.rows("SELECT min(due) FROM segments_timer")
    return most if due is None else float(due - now) / SECOND
