"""Back-fill: profiles that were folded with other definitions are brought to these."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from personalization.features import recorder
from personalization.features.models import ProfileState
from personalization.features.recorder import Folded, Kept
from personalization.flows import refolding, stories
from personalization.flows import share as shares
from personalization.flows.event import Passed
from personalization.flows.refolding import LOCK_FREE
from personalization.flows.share import Share
from personalization.plant import sql
from personalization.plant.clock import Clock
from personalization.sites.models import Publication

NOBODY = "0" * 32
"""An id before every profile's."""


def behind(site: int, digest: str, most: int, after: str = NOBODY) -> list[str]:
    """Return the next profiles whose state was folded with other definitions than these, by id."""
    rows = ProfileState.objects.filter(site_id=site, pk__gt=UUID(after)).exclude(digest=digest)
    return [pk.hex for pk in rows.order_by("pk").values_list("pk", flat=True)[:most]]


def bring(site: int, profiles: Sequence[str], clock: Clock, lock: str = LOCK_FREE) -> int:
    """Bring profiles to what is live and preparing; return how many there were, not yet there."""
    with transaction.atomic():
        share = shares.of([site], clock, "import")[site]
        locked = [profile for (profile,) in sql.rows(lock, [profiles])]
        kept = recorder.load(locked)
        digest = share.definitions.digest
        behind = {p: row for p, row in kept.items() if row.version and row.digest != digest}
        refolding.store(Passed(), share, _folded(share, behind))
    return len(behind)


def _folded(share: Share, behind: dict[str, Kept]) -> list[Folded]:
    """Fold again from the log, but where nothing prepares that asks more: there go on.

    A state may remember what is only now asked again, while its moves were ended: so from the log.
    """
    rows = Publication.objects.filter(site_id=share.site, state=Publication.State.PREPARING)
    if rows.exclude(kind="segment_retired").exists():
        return stories.refold(share, behind, dict.fromkeys(behind, ("publish", -1)))
    return refolding.onward(share, behind)
