"""How many people would be in each member of a set under a revision that is not in force."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from personalization.flows import census, definitions, truths
from personalization.plant.clock import Clock
from personalization.segments import sets
from personalization.segments.models import SegmentSetRevision

SLICE = 200


def count(revision: SegmentSetRevision, clock: Clock) -> Counter[str]:
    """Return how many would be in each member, their histories folded, stability applied.

    ``InvalidError`` for what could not be published.
    """
    site, slug, now = revision.set.site_id, revision.set.slug, clock.now()
    asked = definitions.live(site, set_as=revision.pk)
    members = {name: asked.segments[f"{slug}.{name}"] for name in _names(revision)}
    told = Counter(dict.fromkeys(("people", *members), 0))
    drawn = iter(census.drawn(site))
    while part := list(islice(drawn, SLICE)):
        told["people"] += len(part)
        for state in truths.folded(site, part, asked, now):
            inside = (name for name, key in members.items() if key in state.memberships)
            told.update(name for name in inside if state.memberships[members[name]].member)
    return told


def _names(revision: SegmentSetRevision) -> tuple[str, ...]:
    return sets.check(revision.document).names
