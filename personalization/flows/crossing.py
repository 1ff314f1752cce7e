"""Who would see something else if a draft were published, from what to what, and their lists."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from uuid import uuid4

import numpy as np

from personalization.flows import contest, counting, voting
from personalization.flows.ballot import Ballot
from personalization.flows.contest import Contest
from personalization.plant.instants import to_text
from rules.columns import choices
from rules.columns.column import Mask

PAGE = 50
HELD = 8
"""So many of the newest answers are held, so that their lists can be leafed through."""
Wanted = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Held:
    """One answer: who votes how, and what is said of it."""

    contest: Contest
    ballot: Ballot
    told: Mapping[str, Any]


_held: OrderedDict[str, Held] = OrderedDict()


def count(asked: Mapping[str, Any], now: int, wanted: Wanted) -> dict[str, Any]:
    """Count anew: people by row, and from what to what they would change, with some of them."""
    return dict(_counted(asked, now, wanted).told)


def page(asked: Mapping[str, Any], now: int, wanted: Wanted) -> dict[str, Any]:
    """Return one page of the people of a row or of a way to change, of an answer that is held."""
    held = _held.get(str(asked.get("stamp"))) or _counted(asked, now, wanted)
    places = np.flatnonzero(_mask(held, asked["which"]))
    pages = max(1, -(-len(places) // PAGE))
    number = min(int(asked["page"]), pages)
    shown = places[(number - 1) * PAGE : number * PAGE].tolist()
    people = held.ballot.name(shown) if shown else []
    told = {"which": asked["which"], "count": len(places), "page": number, "pages": pages}
    return {**held.told, **told, "list": people}


def _mask(held: Held, which: Mapping[str, Any]) -> Mask:
    ballot = held.ballot
    if "row" in which:
        ids = [row.id for row in held.contest.new.matrix.matrix.rows]
        number = ids.index(which["row"]) if which["row"] in ids else choices.CONFLICT - 1
        sought = choices.NOTHING if which["row"] is None else number
        chosen: Mask = ballot.rows == sought
        return chosen
    codes = {word: code for code, word in enumerate(ballot.words)}
    was, sees = codes.get(which["from"], -1), codes.get(which["to"], -1)
    mask: Mask = (ballot.was == was) & (ballot.sees == sees)
    return mask


def _counted(asked: Mapping[str, Any], now: int, wanted: Wanted) -> Held:
    begun = perf_counter()
    both = contest.of(asked["site"], asked["slot"], asked["document"])
    ballot = voting.of(both, now, wanted)
    stamp = uuid4().hex
    told = {
        "people": ballot.size,
        **counting.rows(both, ballot),
        **counting.ways(ballot),
        **ballot.told,
        "at": to_text(now),
        "stamp": stamp,
    }
    took = round((perf_counter() - begun) * 1000)
    held = _held[stamp] = Held(both, ballot, {**told, "took_ms": took})
    while len(_held) > HELD:
        _held.popitem(last=False)
    return held
