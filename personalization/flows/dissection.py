"""A condition taken apart: people of each part, of other thresholds, and shared with segments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from personalization.flows import ground, population, tally
from personalization.flows.retold import Mask
from personalization.segments import drafts
from rules import outline
from rules.errors import InvalidError

ALIKE = 0.9
"""Segments that share so much of the people of both are nearly the same (Jaccard)."""
FEW = 10
"""So few people are too few for anything to be learned from them."""
SHOWN = 12
MOST_THRESHOLDS = 6
Wanted = Callable[[], bool]


def parts(asked: Mapping[str, Any], now: int, wanted: Wanted) -> dict[str, Any]:
    """Return how many people each part of the condition is true of, and near each threshold."""
    document, site, slug = asked["condition"], asked["site"], asked["slug"]
    conditions = {at: drafts.check(part) for at, part in outline.parts(document)}
    judged = population.judge(site, slug, conditions, now, wanted)
    lines = [{"at": at, "in": _size(judged.true[at]), "unknown": _size(~judged.known[at])}
             for at in conditions]  # fmt: skip
    told = {"people": judged.size, **judged.told, "parts": lines}
    return {**told, "thresholds": _thresholds(asked, now, wanted)}


def _thresholds(asked: Mapping[str, Any], now: int, wanted: Wanted) -> list[dict[str, Any]]:
    """Return how many would be in where one whole number were another."""
    document, found = asked["condition"], []
    for at, value, near in list(outline.thresholds(document))[:MOST_THRESHOLDS]:
        conditions = {}
        for other in near:
            try:
                conditions[str(other)] = drafts.check(outline.replaced(document, at, other))
            except InvalidError:
                continue
        judged = population.judge(asked["site"], asked["slug"], conditions, now, wanted)
        people = [{"value": int(one), "in": _size(judged.true[one])} for one in conditions]
        told = {"at": at, "value": value, "near": people, "people": judged.size}
        found.append({**told, **judged.told})
    return found


def overlap(asked: Mapping[str, Any], now: int, wanted: Wanted) -> dict[str, Any]:
    """Return which segments share the most people, and advice against one too many."""
    whole = tally.of(asked, now, wanted)
    mine, names = whole.lists["in"], ground.of(asked["site"]).live.segments
    found = []
    for slug in names:
        if slug == asked["slug"]:
            continue
        if not wanted():
            break
        theirs = whole.judged.members(slug)
        if theirs is not None:
            found.append(_shared(slug, mine, theirs))
    found.sort(key=lambda one: (-one["alike"], -one["both"], one["segment"]))
    told = {**whole.told, "of_segments": len(names), "shared": found[:SHOWN]}
    return {**told, "advice": _advice(whole.told["in"], found)}


def _shared(slug: str, mine: Mask, theirs: Mask) -> dict[str, Any]:
    both, either = _size(mine & theirs), _size(mine | theirs)
    alike = round(both / either, 4) if either else 0.0
    return {"segment": slug, "both": both, "theirs": _size(theirs), "alike": alike}


def _advice(people: int, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    near = [one for one in found if one["alike"] >= ALIKE]
    said = [{"code": "alike", "segment": one["segment"], "alike": one["alike"]} for one in near[:3]]
    return [*said, *([{"code": "few", "people": people, "least": FEW}] if people < FEW else [])]


def _size(mask: Mask) -> int:
    return int(np.count_nonzero(mask))
