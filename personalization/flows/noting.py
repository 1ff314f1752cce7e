"""Noting: a decision as the log keeps it, with all it takes to make the very same one again."""

from __future__ import annotations

from itertools import takewhile
from typing import Any

from personalization.decisions import basis
from personalization.decisions.basis import Passed
from personalization.decisions.log import Entry
from personalization.decisions.verdict import FAILED, Verdict
from personalization.features.known import Known
from personalization.flows.decision import Visitor


def entry(
    visitor: Visitor,
    profile: str,
    told: Known,
    decided: tuple[Verdict, dict[str, Any]],
    *,
    before: bool,
) -> Entry:
    """Return the entry of a changed answer; ``before``: whether another one is remembered."""
    (verdict, shown), site = decided, visitor.site
    slot = shown["slot"]
    facts = told.facts(visitor.segments)
    stood = basis.of(site.matrices.get(slot), facts, visitor.unit, passed(site, verdict, shown))
    return Entry(
        site.site,
        profile,
        slot,
        told.now,
        site.generation,
        verdict.revision,
        shown["row"],
        shown["variant"],
        shown["reason"],
        {path: basis.plain(told.get(path)) for path in site.attributes(slot)},
        before,
        stood | ({"failed": True} if verdict is FAILED else {}),
    )


def passed(site: Any, verdict: Verdict, shown: dict[str, Any]) -> Passed:
    """Return what was looked for in vain on the way from a verdict to what was shown."""
    slot, link = site.slots[shown["slot"]], shown["fallback"]
    wanted = verdict.variants if slot.enabled else ()
    chain = slot.fallback[:link]
    found = shown["variant"]
    missing = takewhile(lambda name: name != found, (*wanted, *chain))
    return Passed(tuple(missing), chain, slot.enabled)
