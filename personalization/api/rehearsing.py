"""A preview's answer: what a ``pv_`` token shows in place of the visitor's own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from personalization.api.question import Question
from personalization.flows import draft_site, pretence, rehearsal
from personalization.flows.decision import Told
from personalization.flows.serving import Serving
from personalization.plant.lookups import LostError
from personalization.sites import passes
from rules.errors import InvalidError

WORD = "preview"
"""What is degraded where a token is not taken, or what it shows cannot be had."""


class Shown(NamedTuple):
    """The question as the preview asks it, its answer, and until when the preview is shown."""

    asks: Question
    told: Told
    until: int | None = None


async def shown(held: Serving, asks: Question, token: Any) -> Shown | None:
    """Return what the token shows, ``None`` where the live answer stands."""
    site, now = asks.visitor.site, held.clock.now()
    given = passes.read(token, site.site, now)
    if given is None:
        return None
    try:
        part = pretence.check(given.said)
        draft = await draft_site.of(site, part, held.background)
    except (InvalidError, LostError):
        return None
    if draft is None:
        return None
    slots = list(draft.slots) if asks.slots == list(site.slots) else asks.slots
    visitor = replace(asks.visitor, site=draft, who=None, segments=part.segments)
    told = rehearsal.walk(visitor, slots, part, now)
    return Shown(replace(asks, visitor=visitor, slots=slots), told, given.until)


def unheard(asks: Question) -> Question:
    """Return the question whose preview is not shown."""
    return replace(asks, degraded=(*asks.degraded, WORD))
