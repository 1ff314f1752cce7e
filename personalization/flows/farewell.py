"""Farewell: who says no is forgotten by the CMS too that their segments were written to."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from personalization.plant import sql
from personalization.plant.instants import to_text
from personalization.push import deliveries, secrets
from personalization.push.deliveries import Draft
from personalization.push.registry import Load
from personalization.segments import triggers
from personalization.segments.actions import cms_profile

LANE = "farewell"
TYPE = "profile.forgotten"
WRITTEN = f"""
SELECT DISTINCT ON (f.profile, f.trigger_id) {sql.hexed("f.profile")}, f.trigger_id, d.payload
FROM segments_firing f JOIN push_delivery d ON d.key = f.key
WHERE f.profile = ANY(%b::text[]::uuid[]) AND f.action = %s AND f.outcome = 'fired'
    AND d.state <> 'dropped'
ORDER BY f.profile, f.trigger_id, f.at DESC
"""
"""The last word each CMS was told, or is being told, of each profile."""


def say(site: int, profiles: Iterable[str], now: int) -> None:
    """Let every CMS forget these profiles' segments; before their deliveries are deleted."""
    drafts = []
    for profile, trigger, payload in sql.rows(WRITTEN, [list(profiles), cms_profile.NAME]):
        said = payload["body"]["data"]
        named = {name: said[name] for name in ("userId", "emailHash") if name in said}
        data = {**named, "sequence": max(now, said["sequence"])}
        body = {"type": TYPE, "timestamp": to_text(now), "data": data}
        told = f"{trigger}\0{profile}\0{now}".encode()
        key = f"bye_{blake2b(told, digest_size=20).hexdigest()}"
        draft = {"url": payload["url"], "body": body}
        drafts.append(Draft(key, f"{LANE}:{trigger}", "webhook", draft))
    deliveries.write(site, drafts, now)


def equipped(load: Load) -> Load:
    """Return a farewell with the secrets of the trigger that wrote to the CMS."""
    lane = triggers.lane(int(load.lane.partition(":")[2]))
    return load._replace(secrets=tuple(secrets.live(lane, load.now)))
