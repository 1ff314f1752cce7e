"""A diary: a visitor's journey as JSON, with a bar for each segment and a step for each change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from personalization.content.catalogue import chain
from personalization.features.known import Permitted, Request
from personalization.flows import (
    bars,
    counted,
    pretence,
    prospect,
    rehearsal,
    standpoint,
    timetravel,
    whom,
)
from personalization.flows.decision import Visitor
from personalization.flows.timetravel import Step
from personalization.plant.clock import Clock
from personalization.plant.instants import to_text
from personalization.profiles import permission
from personalization.sites.models import Site
from rules import expect
from rules.durations import DAY
from rules.errors import InvalidError

NAMES = ("visitor", "test", "since", "until", "draft", "context", "locale")
USUAL, MOST = 30 * DAY, 366 * DAY


def write(site: Site, raw: object, clock: Clock) -> dict[str, Any]:
    """Return a journey; ``InvalidError`` names what is wrong. docs/explain.md tells the form."""
    told = expect.record(raw, "", (), NAMES)
    if ("visitor" in told) == ("test" in told):
        raise InvalidError("", "value", "expected a visitor or a test")
    until = pretence.instant(told["until"], "/until") if "until" in told else clock.now()
    since = pretence.instant(told["since"], "/since") if "since" in told else until - USUAL
    if not 0 <= until - since <= MOST:
        raise InvalidError("/since", "value", "expected an instant at most 366 days before the end")
    built, _ = prospect.whole(site.pk, draft=expect.flag(told.get("draft", False), "/draft"))
    context = pretence.mapping(told.get("context", {}), "/context")
    locales = built.chain(expect.text(told.get("locale", ""), "/locale", 256, 0), chain)
    who = whom.visitor(site, told["visitor"]) if "visitor" in told else None
    unit = who.unit if who else rehearsal.NOBODY
    visitor = Visitor(built, None, unit, locales, Request(context, {}))
    definitions = built.asked.definitions
    if who:
        events = standpoint.story(site.pk, who.profile.hex, definitions, until)
        words = permission.standing(permission.ledger([who.profile.hex]).get(who.profile.hex, []))
        permits = Permitted(built.asked.policy, (words,), gpc=False)
    else:
        events = rehearsal.happened(pretence.test(told["test"]), until)
        permits = Permitted("none", (), gpc=False)
    found = timetravel.journey(visitor, events, permits, since, until)
    return {
        "site": site.slug,
        "profile": str(who.profile) if who else None,
        "zone": site.timezone,
        "since": to_text(since),
        "until": to_text(until),
        "generation": built.generation,
        "whole": found.whole,
        "segments": bars.of(found.moves, definitions, since),
        "steps": list(_steps(found.steps)),
    }


def _steps(steps: Sequence[Step]) -> Iterator[dict[str, Any]]:
    """Yield each step with the slots that show something else than before."""
    shown: dict[str, Any] = {}
    for step in steps:
        changed = {key: said for key, said in step.slots.items() if shown.get(key) != said}
        happened = [counted.plain(event) for event in step.happened]
        yield {"at": to_text(step.at), "happened": happened, "slots": changed}
        shown = step.slots
