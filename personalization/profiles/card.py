"""A profile's card: the names it came with, what joined them, and what it allowed, as JSON."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from personalization.plant.instants import to_text
from personalization.profiles.models import ConsentEntry, Identity, Link, Profile

SHOWN = 50
"""So many identities and links."""


def of(profile: Profile) -> dict[str, Any]:
    """Return the card of a profile."""
    identities = names(profile)
    ids = [identity.pk for identity in identities] or [profile.pk]
    return {
        "profile": str(profile.pk),
        "device_view": profile.device_view,
        "merged_into": str(profile.merged_into) if profile.merged_into else None,
        "first_seen": to_text(profile.first_seen),
        "identities": [{"kind": one.kind, "value": one.value} for one in identities],
        "links": [_link(row) for row in _links(ids)],
        "consent": _consent(ids),
    }


def names(profile: Profile) -> list[Identity]:
    """Return the identities of a person, or the one device of a device's view."""
    if profile.device_view:
        return list(Identity.objects.filter(pk=profile.pk))
    return list(Identity.objects.filter(person=profile.pk, site_id=profile.site_id)[:SHOWN])


def _consent(ids: list[UUID]) -> dict[str, bool]:
    """Return the ledger's latest word for each purpose."""
    rows = ConsentEntry.objects.filter(identity__in=ids).order_by("at", "id")
    return dict(rows.values_list("purpose", "granted"))


def _links(ids: list[UUID]) -> list[Link]:
    """Return the newest links of the identities, those that were taken back too."""
    rows = Link.objects.filter(Q(one__in=ids) | Q(other__in=ids))
    return list(rows.order_by("-id")[:SHOWN])


def _link(row: Link) -> dict[str, Any]:
    revoked = to_text(row.revoked_at) if row.revoked_at is not None else None
    sides = {"id": row.pk, "one": str(row.one), "other": str(row.other)}
    said = {"trust": row.trust, "said_by": row.said_by, "at": to_text(row.at)}
    taken = {"revoked": revoked, "revoked_by": row.revoked_by, "reason": row.reason}
    return {**sides, **said, **taken, "barred": row.barred, "counts": row.counts}
