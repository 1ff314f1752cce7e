"""Segments unfolded: each condition, what it saw, and the events that made it true."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from personalization.flows import counted, declared
from personalization.flows.standpoint import Standpoint
from personalization.plant.instants import to_text
from rules import compiler, readings, wording
from rules.compiler import Keys
from rules.conditions import Condition, Member
from rules.errors import InvalidError
from rules.matrix import explanation
from rules.spreading import spread


def segments(stood: Standpoint, names: Iterable[str]) -> list[dict[str, Any]]:
    """Return the segments of these names, and those they ask about, each unfolded once."""
    declared_ = {slug: (said, rest) for slug, said, rest, _ in stood.source["segments"]}
    waiting, told = sorted(names), dict[str, dict[str, Any]]()
    while waiting:
        slug = waiting.pop(0)
        if slug in told:
            continue
        told[slug] = _head(stood, slug)
        if slug in declared_:
            condition, _ = declared.segment(*declared_[slug])
            condition = spread(condition, stood.site.asked.definitions.hierarchies)
            told[slug] |= {
                "words": wording.words(condition),
                "stability": declared_[slug][1],
                "leaves": list(_leaves(stood, slug, condition)),
            }
            waiting += sorted(compiler.segments(condition))
    return list(told.values())


def _head(stood: Standpoint, slug: str) -> dict[str, Any]:
    definitions = stood.site.asked.definitions
    place = stood.state.memberships.get(definitions.segments.get(slug, ""))
    since = place.since if place else None
    return {
        "segment": slug,
        "member": stood.facts.segments.get(slug),
        "since": to_text(since) if since else None,
        "words": "",
        "stability": {},
        "leaves": [],
    }


def keys_of(stood: Standpoint, slug: str) -> Keys:
    """Return the windows that answer a segment's measures."""
    definitions = stood.site.asked.definitions
    key = definitions.segments.get(slug)
    return definitions.plans[definitions.ranks[key]].keys if key in definitions.ranks else {}


def _leaves(stood: Standpoint, slug: str, condition: Condition) -> Iterator[dict[str, Any]]:
    keys = keys_of(stood, slug)
    facts = readings.facts_at(stood.state, stood.site.asked.definitions, stood.at, {})
    for leaf in compiler.leaves(condition):
        told: dict[str, Any] = {"words": wording.words(leaf), "truth": None, "seen": None}
        try:
            told["truth"] = compiler.compile(leaf, keys)(facts)
            told["seen"] = explanation.seen(leaf, keys, facts)
        except InvalidError:  # a hold is answered by a membership of its own
            told["truth"] = None
        if isinstance(leaf, Member):
            told["segment"] = leaf.segment
        yield told | counted.events(stood, keys, leaf)
