"""The audit's only door: who changed what, when; nothing here changes or deletes an entry."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Model

from personalization.plant import clock
from personalization.sites.models import AuditEntry, Site


def record(
    site: Site | int | None,
    actor: str,
    action: str,
    object: Model | tuple[str, object],  # noqa: A002 -- the audit's own word
    detail: Mapping[str, object] | None = None,
) -> AuditEntry:
    """Write one entry: the actor did the action to the object, which is a row or (type, id)."""
    named = (type(object).__name__.lower(), object.pk) if isinstance(object, Model) else object
    return AuditEntry.objects.create(
        site_id=site.pk if isinstance(site, Site) else site,
        at=clock.system.now(),
        actor=actor[:150],
        action=action[:40],
        object_type=str(named[0])[:40],
        object_id=str(named[1])[:80],
        detail=dict(detail or {}),
    )
