"""Firings: each trigger once for each profile and occasion, written with what caused it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import orjson

from personalization.plant import sql
from personalization.plant.instants import SECOND
from personalization.segments import triggers
from personalization.segments.models import Firing
from personalization.segments.triggers import Armed
from rules.facts import Facts

KEPT = 40 * 86_400 * SECOND
"""So long a firing is kept: longer than its delivery, which a no of the person finds by it."""
AT_ONCE = 10_000
CHAIN = 60 * SECOND
"""Where no message says how far a chain is, firings of the last minute do."""


@dataclass(frozen=True, slots=True)
class Chance:
    """A trigger that may fire for a profile: on which occasion, and how far the chain is.

    ``type`` and ``data`` are what is told of it, ``event`` the event itself, where it is one.
    ``words`` are what the event itself said about consent, ``gpc`` whether it came with GPC.
    """

    armed: Armed
    profile: str
    occasion: str
    type: str
    at: int
    hops: int
    data: dict[str, Any]
    event: Facts | None = None
    words: dict[str, bool] | None = None
    gpc: bool = False
    received_at: int = 0
    device: str | None = None
    outcome: str = Firing.Outcome.FIRED
    reason: str = ""

    @property
    def key(self) -> str:
        """The name of its effect: the same whenever the same thing is about to happen again."""
        said = f"{self.armed.revision}\0{self.profile}\0{self.occasion}"
        return "trg_" + blake2b(said.encode(), digest_size=20).hexdigest()

    def over(self, outcome: str, reason: str = "") -> Chance:
        """Return it as one that is not taken, and why."""
        return replace(self, outcome=outcome, reason=reason[:200])


WRITE = f"""
INSERT INTO segments_firing (site_id, trigger_id, revision_id, profile, occasion, key, at,
    recorded_at, action, hops, outcome, reason, data)
SELECT %s, trigger, revision, profile, occasion, key, at, %s, action, hops, outcome, reason, data
FROM unnest(%b::bigint[], %b::bigint[], %b::text[]::uuid[], %b::text[], %b::text[], %b::bigint[],
    %b::text[], %b::int[], %b::text[], %b::text[], %s::jsonb[])
AS n (trigger, revision, profile, occasion, key, at, action, hops, outcome, reason, data)
ORDER BY revision, profile, occasion
ON CONFLICT (revision_id, profile, occasion) DO NOTHING
RETURNING revision_id, {sql.hexed("profile")}, occasion
"""
FIRED = f"""
SELECT w.trigger, {sql.hexed("w.profile")}, count(*)
FROM unnest(%b::bigint[], %b::text[]::uuid[], %b::bigint[]) AS w (trigger, profile, since)
JOIN segments_firing f ON f.profile = w.profile AND f.trigger_id = w.trigger
    AND f.recorded_at > w.since AND f.outcome = 'fired'
GROUP BY 1, 2
"""
HOPS = f"""
SELECT {sql.hexed("profile")}, max(hops) FROM segments_firing
WHERE profile = ANY(%b::text[]::uuid[]) AND recorded_at > %s AND action IN ('trait', 'event')
    AND outcome = 'fired' GROUP BY profile
"""

SWEEP = """
DELETE FROM segments_firing WHERE id IN (
    SELECT f.id FROM segments_firing f
    LEFT JOIN unnest(%b::bigint[], %b::bigint[]) AS n (trigger, before) ON n.trigger = f.trigger_id
    WHERE f.recorded_at < coalesce(n.before, %s) ORDER BY f.id LIMIT %s) RETURNING id
"""


def write(site: int, chances: Sequence[Chance], now: int) -> list[Chance]:
    """Record what fires and what does not; return those nobody recorded before."""
    columns = [
        [c.armed.trigger for c in chances],
        [c.armed.revision for c in chances],
        [c.profile for c in chances],
        [c.occasion for c in chances],
        [c.key for c in chances],
        [c.at for c in chances],
        [c.armed.plan.kind for c in chances],
        [min(c.hops, 32_767) for c in chances],
        [str(c.outcome) for c in chances],
        [c.reason for c in chances],
        [orjson.dumps(c.data, default=str).decode() for c in chances],
    ]
    fresh = set(sql.rows(WRITE, [site, now, *columns])) if chances else set()
    return [c for c in chances if (c.armed.revision, c.profile, c.occasion) in fresh]


def capped(chances: Iterable[Chance], now: int) -> list[Chance]:
    """Return the chances, those over their trigger's cap marked; earlier ones of a batch first."""
    kept = sorted(chances, key=lambda chance: (chance.at, chance.occasion))
    limited = {(c.armed.trigger, c.profile): now - c.armed.plan.per for c in kept if _limited(c)}
    if not limited:
        return kept
    columns = [[t for t, _ in limited], [p for _, p in limited], list(limited.values())]
    used = {(trigger, profile): count for trigger, profile, count in sql.rows(FIRED, columns)}
    found = []
    for chance in kept:
        whose = (chance.armed.trigger, chance.profile)
        if _limited(chance):
            used[whose] = used.get(whose, 0) + 1
            if used[whose] > (chance.armed.plan.times or 0):
                found.append(chance.over(Firing.Outcome.CAPPED))
                continue
        found.append(chance)
    return found


def _limited(chance: Chance) -> bool:
    return chance.armed.plan.times is not None and chance.outcome == Firing.Outcome.FIRED


def chains(profiles: Iterable[str], now: int) -> dict[str, int]:
    """Return how far the chains of profiles are that were set off just now."""
    return dict(sql.rows(HOPS, [list(profiles), now - CHAIN]))


def forget(profiles: Iterable[str]) -> list[str]:
    """Keep nothing of profiles that said no; return the keys of what was to leave for them."""
    rows = "DELETE FROM segments_firing WHERE profile = ANY(%b::text[]::uuid[]) RETURNING key"
    return [key for (key,) in sql.rows(rows, [list(profiles)])]


def sweep(now: int, most: int = AT_ONCE) -> int:
    """Delete what was recorded long ago, some at a time; return how many.

    Whatever counts for a trigger's cap stays for as long as it does.
    """
    capped = triggers.remembering(KEPT)
    before = [now - per for per in capped.values()]
    gone = 0
    while found := sql.rows(SWEEP, [[*capped], before, now - KEPT, most]):
        gone += len(found)
    return gone
