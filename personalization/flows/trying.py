"""Scenarios tried on a rulebook: events are folded as the server would, and nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from personalization.decisions import verdict
from personalization.decisions.current import Compiled
from personalization.features.known import Held, Known, Permitted, Request
from personalization.flows import assembly
from personalization.flows.rulebook import Rulebook
from personalization.push.cursor import Cursor
from rules import canonical, durations, readings, scenarios, segment
from rules.errors import InvalidError
from rules.fold import fold
from rules.matrix import document as matrices
from rules.scenarios import Scenario
from rules.segment import Segment
from rules.state import State

UNIT = "00000000000000000000000000000000"
"""The visitor of every scenario: whoever it is rolled out to stays the same."""
ALLOWED = {"personalization": True, "analytics": True}


def faults(book: Rulebook) -> list[str]:
    """Return what keeps a rulebook from being compiled, and every expectation that is not met."""
    try:
        site, found = assembly.build(blueprint(book))
    except InvalidError as fault:
        return [str(fault)]
    return found or [said for name, each in book.scenarios for said in _told(name, each, site)]


def _told(name: str, one: Scenario, site: Compiled) -> Iterator[str]:
    for place, expected in enumerate(one.expected):
        now = one.now + expected.after
        state = fold(None, one.events, site.asked.definitions, now)
        segments = {
            slug: state.memberships[key].member is True
            for slug, key in site.asked.definitions.segments.items()
        }
        shown = _shown(one, site, state, now)
        after = f", after {durations.text(expected.after)}" if expected.after else ""
        for said in scenarios.faults(expected, segments, shown):
            yield f"{name}: {one.title}{after} (/expect/{place}): {said}"


def _shown(one: Scenario, site: Compiled, state: State, now: int) -> dict[str, str | None]:
    """Return by slot the variant or experiment its matrix chooses, else what it falls back to."""
    asked = site.asked
    segments = readings.segments_of(state, asked.definitions)
    request = Request(one.context, ALLOWED)
    held = Held(asked.definitions.digest, state, segments, Cursor(UNIT, 0))
    told = Known(asked, request, held, Permitted(asked.policy, (ALLOWED,), gpc=False), now)
    found: dict[str, str | None] = {}
    for key, slot in site.slots.items():
        said = site.verdict(key, told.facts(), UNIT)
        tried = [verdict.experiment(said.experiment)] if said.experiment else []
        found[key] = next(iter((*tried, *said.variants, *slot.fallback)), None)
    return found


def blueprint(book: Rulebook) -> dict[str, Any]:
    """Return the blueprint of a site that has these rules and no other."""
    about = book.about
    kinds = [[path, kind, "personalization"] for path, kind in about["attributes"].items()]
    sets = about["sets"].items()
    slots = {**dict.fromkeys(book.matrices, ()), **about["fallbacks"]}
    return {
        "site": {"id": 0, "slug": "rulebook", "signing": "", "trusts_claims": False}
        | {name: about[name] for name in ("timezone", "locale", "consent")},
        "generation": 0,
        "attributes": kinds,
        "segments": [_stored(each) for each in book.segments.values()],
        "sets": [[slug, s["document"], s.get("stability", {}), []] for slug, s in sets],
        "features": about["features"],
        "hierarchies": about["hierarchies"],
        "models": {},
        "slots": [_slot(book, key, fallback) for key, fallback in slots.items()],
    }


def _stored(one: Segment) -> list[Any]:
    held = segment.stability_document(one.stability)
    return [one.slug, canonical.document(one.when), held, one.visible]


def _slot(book: Rulebook, key: str, fallback: Any) -> dict[str, Any]:
    found = book.matrices.get(key)
    matrix = {"number": 0, "document": matrices.document(found)} if found else None
    plain = {"schema": "json", "is_list": False, "swap": "now", "ttl": 0, "enabled": True}
    return {"key": key, "fallback": list(fallback), "matrix": matrix, "variants": [], **plain}
