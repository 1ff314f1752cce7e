"""The decision's walk: who asks, what is known of them, what each slot shows, and why."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from personalization.decisions.current import Compiled
from personalization.decisions.verdict import FAILED, NONE, Verdict
from personalization.features import known
from personalization.features.known import Known, Permitted, Request
from personalization.features.snapshot import Reader, Seen, Who
from personalization.plant.clock import Clock

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: the site as it is now, the identity that may be read, and what the request says.

    ``unit`` is the id that stays the same wherever chance decides. ``segments`` stands in place of
    an identity where a server asks for nobody in particular.
    """

    site: Compiled
    who: Who | None
    unit: str
    locales: Sequence[str]
    request: Request
    segments: frozenset[str] | None = None


class Told(NamedTuple):
    """The answers, slot by slot, and what they were given on."""

    seen: Seen
    known: Known
    decisions: list[tuple[Verdict, dict[str, Any]]]


async def walk(visitor: Visitor, slots: Sequence[str], reader: Reader, clock: Clock) -> Told:
    """Decide every slot: the visitor is read once, the rest is memory."""
    seen = await reader.of(visitor.who) if visitor.who else Seen()  # features   one round trip
    told = judge(visitor, seen, clock.now())  # features   what consent lets us know
    return Told(seen, told, list(decide(visitor, slots, told)))


def decide(
    visitor: Visitor, slots: Sequence[str], told: Known
) -> Iterator[tuple[Verdict, dict[str, Any]]]:
    """Yield for each slot the verdict of its matrix and what is shown for it."""
    facts, site = told.facts(visitor.segments), visitor.site
    for key in slots:
        slot = site.slots.get(key)
        if slot is None:
            yield NONE, unknown(key)
            continue
        try:
            verdict = site.verdict(key, facts, visitor.unit)  # decisions   compiled, in memory
            yield verdict, slot.answer(verdict, visitor.locales, told.get)  # content
        except Exception:
            logger.exception("slot %s of %s: no decision", key, site.slug)
            yield FAILED, fallback(slot, visitor.locales)


def fallback(slot: Any, locales: Sequence[str]) -> dict[str, Any]:
    """Return what a slot shows when nothing could be decided: its chain, on nothing known."""
    return dict(slot.answer(FAILED, locales, lambda _path: None))


def judge(visitor: Visitor, seen: Seen, now: int) -> Known:
    """Return what may be known: everything the visitor's consent permits, at this instant."""
    request, asked = visitor.request, visitor.site.asked
    said = (request.consent, seen.consent, seen.snapshot.consent if seen.snapshot else {})
    permitted = Permitted(asked.policy, said, request.gpc)
    told = Known(asked, request, None, permitted, now)
    try:
        told.held = known.held(seen.snapshot, asked, now)
    except Exception:
        logger.exception("a snapshot could not be read")
        told.degraded.add("snapshot")
    return told


def unknown(slot: str) -> dict[str, Any]:
    """Return the answer for a slot the site does not have."""
    nothing = dict.fromkeys(("variant", "content", "row", "revision", "experiment"))
    return {"slot": slot, **nothing, "reason": "ERROR", "fallback": 0, "ttl": 0, "swap": "now"}
