"""One profile as a whole: who it is, what it did, which segments it is in and why, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from personalization.decisions import recent as decided
from personalization.events import recent as happened
from personalization.features import card as knowledge
from personalization.flows import definitions
from personalization.profiles import card
from personalization.profiles.models import Identity, Profile
from personalization.segments import history, reasons
from personalization.sites.naming import identity_id

SHOWN = 50
"""So many of the newest events, moves and decisions."""


def find(site_id: int, *, user: str = "", anonymous: str = "") -> UUID | None:
    """Return the profile of somebody known by a userId or an anonymousId, or None."""
    kind, value = ("user", user) if user else ("anonymous", anonymous)
    row = Identity.objects.filter(pk=identity_id(site_id, kind, value)).first()
    return row.person if row else None


def of(site_id: int, profile: UUID, now: int) -> dict[str, Any] | None:
    """Return the portrait of a profile of this site, or None where there is none."""
    row = Profile.objects.filter(pk=profile, site_id=site_id).first()
    if row is None:
        return None
    asked = definitions.live(site_id)
    ids = [identity.pk for identity in card.names(row)] or [profile]
    return {
        **card.of(row),
        **knowledge.of(site_id, profile, asked, now),
        "segments": history.stays(
            site_id, profile, {key: name for name, key in asked.segments.items()}
        ),
        "conclusions": reasons.of(site_id, profile),
        "moves": history.of(site_id, profile, SHOWN),
        "events": happened.of(ids, SHOWN, by_device=row.device_view),
        "decisions": decided.of(site_id, profile, SHOWN),
    }
