"""The newest changes of a profile's answers, with the values seen, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from personalization.decisions.models import LoggedDecision
from personalization.plant.instants import to_text


def of(site_id: int, profile: UUID, most: int) -> list[dict[str, Any]]:
    """Return the newest entries of the decision log."""
    rows = LoggedDecision.objects.filter(profile=profile, site_id=site_id).order_by("-id")[:most]
    return [
        {
            "id": row.pk,
            "at": to_text(row.decided_at),
            "slot": row.slot,
            "variant": row.variant,
            "reason": row.reason,
            "row": row.row,
            "values": row.values,
        }
        for row in rows
    ]
