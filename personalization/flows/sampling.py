"""People in a segment and people just out of it, and for each the conditions that decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from personalization.flows import ground, population, retold, truths
from personalization.flows.ground import ASKED
from personalization.flows.retold import Mask
from personalization.segments import drafts
from rules import evidence, fold, outline, readings
from rules.spreading import spread
from rules.wording import words

SHOWN = 5


def sample(asked: Mapping[str, Any], now: int, wanted: Callable[[], bool]) -> dict[str, Any]:
    """Return some who are in, and some who are out by the fewest conditions, with reasons."""
    document, site, slug = asked["condition"], asked["site"], asked["slug"]
    conditions = {at: drafts.check(part) for at, part in outline.parts(document)}
    judged = population.judge(site, slug, conditions, now, wanted)
    inside = judged.true[""]
    missing = _missing(document, "", judged.true, judged.known)
    rows = {"in": np.flatnonzero(inside)[:SHOWN].tolist(), "out": _nearest(missing, inside)}
    chosen = {side: judged.name(found) if found else [] for side, found in rows.items()}
    reasons = _reasons(asked, [one for found in chosen.values() for one in found], now)
    told = {"people": judged.size, **judged.told}
    return {**told, **{s: [reasons[one] for one in found] for s, found in chosen.items()}}


def _nearest(missing: Mask, inside: Mask) -> list[int]:
    out = np.flatnonzero(~inside)
    order = np.argsort(missing[out], kind="stable")[:SHOWN]
    return [int(row) for row in out[order]]


def _missing(
    document: Any, at: str, true: Mapping[str, Mask], known: Mapping[str, Mask], want: bool = True
) -> Any:
    """Return of how many leaves each person's truth would have to be another for the whole."""
    if "not" in document and "same" not in document:
        return _missing(document["not"], f"{at}/not", true, known, not want)
    key = next((key for key in ("all", "any") if key in document and "same" not in document), "")
    if not key:
        fine = true[at] if want else known[at] & ~true[at]
        return (~fine).astype(np.int32)
    inner = [_missing(part, f"{at}/{key}/{i}", true, known, want)
             for i, part in enumerate(document[key])]  # fmt: skip
    return np.sum(inner, axis=0) if (key == "all") is want else np.min(inner, axis=0)


def _reasons(asked: Mapping[str, Any], profiles: list[str], now: int) -> dict[str, Any]:
    """Return each person with every leaf: in words, whether it is so, and the value seen."""
    leaves = {at: drafts.check(part) for at, part in outline.leaves(asked["condition"])}
    here = ground.of(asked["site"])
    beside = here.beside(leaves)
    keys = {recipe.measure: key for key, recipe in beside.recipes.items()}
    wide = {at: spread(leaf, here.live.hierarchies) for at, leaf in leaves.items()}
    sights = {at: evidence.compile(leaf, wide[at], keys) for at, leaf in leaves.items()}
    found = {}
    states = truths.folded(asked["site"], profiles, beside, now) if profiles else ()
    for profile, state in zip(profiles, states, strict=True):
        whole = state if state.memberships else fold.fold(None, (), beside, now)
        facts = readings.facts_at(whole, beside, now, {})
        said = []
        for at, leaf in leaves.items():
            told = sights[at](facts).values()  # several where the leaf is a parent
            seen = next((one for one in told if one is not None), None)
            truth = retold.holds(whole, beside.segments[ASKED + at], beside)
            said.append({"at": at, "words": words(leaf), "truth": truth, "seen": seen})
        found[profile] = {"profile": profile, "because": said}
    return found
