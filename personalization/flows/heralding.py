"""Heralding: what was put in force is told, as one: to processes, to listeners, to the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personalization.flows import comparing, definitions, standing, tidings
from personalization.plant.clock import Clock
from personalization.push import news, outbox
from personalization.sites import audit
from personalization.sites.models import Publication


def tell(
    flipped: Sequence[tuple[str, Publication]], before: Mapping[str, str], clock: Clock
) -> None:
    """Ring the bell, write the news, and remember who did it; ``before`` are segments' keys."""
    first, now = flipped[0][1], clock.now()
    site, number, effects = first.site_id, first.generation, []
    assert number is not None
    for effect, one in flipped:
        after = before
        if definitions.asks(one.kind, one.revision_id):
            after = definitions.live(site).segments
            standing.name_keys(one, after)
        told = {"generation": number, "kind": one.kind, "id": one.object_id}
        told |= tidings.of(one, before, after)
        effects.append([effect, told])
        how = {"way": one.way, "revision": one.revision_id, "diff": comparing.published(one)}
        named = (one.kind, one.object_id)
        audit.record(site, one.asked_by, "publish", named, told | how)
    outbox.write(site, "generation", "", {"generation": number, "effects": effects}, now)
    news.write(site, number, effects, now)
