"""One slice of a list's people: who is on it is told so, then who no longer is; all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from personalization.flows import rollcall, telling
from personalization.plant import sql
from personalization.plant.clock import Clock
from personalization.profiles import permission
from personalization.segments.lists import SegmentList
from personalization.sites import terms

SLICE = 1_000
"""So many people are looked at in one transaction."""
FIRST, SECOND = "in", "out"
NEXT = {FIRST: SECOND, SECOND: ""}


def told(roll: SegmentList, clock: Clock) -> int:
    """Tell the next slice of a locked list and remember how far it is; never 0."""
    assert roll.live is not None
    site, slug = roll.segment.site_id, roll.segment.slug
    inside = roll.applying == FIRST
    look = rollcall.missing if inside else rollcall.gone
    seen, who = look(roll, roll.live.by, roll.cursor or UUID(int=0), SLICE)
    agreed = terms.pinned([site])[site]
    roll.told_at = max(clock.now(), roll.told_at + 1)
    words = [(roll.pk, slug, identity, inside) for identity in _permitting(agreed.consent, who)]
    telling.tell(agreed, "import", words, roll.told_at)
    roll.done += len(seen) if inside else 0
    roll.cursor = UUID(seen[-1]) if seen else None
    if len(seen) < SLICE:
        roll.applying, roll.cursor = NEXT[roll.applying], None
    roll.save()
    return max(1, len(seen))


def _permitting(policy: str, identities: Sequence[str]) -> list[str]:
    """Return those who may be told; the others are when they are seen after a yes."""
    if not identities:
        return []
    views = {i: view for i, _, _, view in sql.rows(telling.NAMED, [list(identities)])}
    said = permission.ledger(set(views.values()))
    return [
        identity
        for identity, view in views.items()
        if permission.permits(policy, said.get(view, ()), None, False, 2**62)
    ]
