"""Who waits for inference without an event: all when other rules are in force, and the missed."""

from __future__ import annotations

from personalization.plant import sql
from personalization.plant.clock import Clock
from personalization.segments.models import StageRules

EVERYBODY = """
INSERT INTO segments_awaiting (profile, site_id, since)
SELECT profile, site_id, %s FROM features_profilestate WHERE site_id = %s
ON CONFLICT (profile) DO NOTHING
"""
STALE = """
INSERT INTO segments_awaiting (profile, site_id, since)
SELECT s.profile, s.site_id, %s FROM features_profilestate s
JOIN profiles_profile p ON p.id = s.profile
LEFT JOIN segments_inferred i ON i.profile = s.profile
WHERE s.site_id = %s AND (i.version IS DISTINCT FROM s.version OR i.revision IS DISTINCT FROM %s)
ON CONFLICT (profile) DO NOTHING RETURNING 1
"""
NOBODY = """
DELETE FROM segments_awaiting a WHERE site_id = %s
AND NOT EXISTS (SELECT 1 FROM profiles_profile p WHERE p.id = a.profile)
"""


def sweep(site: int, clock: Clock) -> int:
    """Let everybody wait whose conclusions are not those of the state and the rules as they are."""
    live = StageRules.objects.filter(site_id=site).values_list("live_id", flat=True).first()
    sql.run(NOBODY, [site])
    return len(sql.rows(STALE, [clock.now(), site, live])) if live else 0


def everybody(site: int, now: int) -> None:
    """Let all profiles of a site wait: other rules are in force."""
    sql.run(EVERYBODY, [now, site])
