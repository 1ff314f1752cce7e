"""How many people a condition is about, and who: the count and its list come from one answer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from uuid import uuid4

import numpy as np

from personalization.flows import costing, ground, population
from personalization.flows.retold import Judged, Mask
from personalization.plant.instants import to_text
from personalization.segments import drafts
from rules.conditions import Condition

PAGE = 50
HELD = 8
"""So many of the newest answers are held, so that their lists can be leafed through."""
LISTS = ("in", "out", "unknown", "entering", "leaving")
Wanted = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Tally:
    """One answer: of whom the condition holds, by the name of the list, and what is said of it."""

    judged: Judged
    lists: Mapping[str, Mask]
    told: Mapping[str, Any]


_held: OrderedDict[str, Tally] = OrderedDict()


def count(asked: Mapping[str, Any], now: int, wanted: Wanted) -> dict[str, Any]:
    """Count anew; the answer's ``stamp`` names it for who asks for its lists."""
    return dict(_counted(asked, now, wanted).told)


def page(asked: Mapping[str, Any], now: int, wanted: Wanted) -> dict[str, Any]:
    """Return one page of a list of an answer that is held, else of a new one with its own stamp."""
    tally = _held.get(str(asked.get("stamp"))) or _counted(asked, now, wanted)
    rows = np.flatnonzero(tally.lists[asked["which"]])
    pages = max(1, -(-len(rows) // PAGE))
    number = min(int(asked["page"]), pages)
    shown = rows[(number - 1) * PAGE : number * PAGE]
    people = tally.judged.name(shown.tolist()) if len(shown) else []
    told = {"which": asked["which"], "count": len(rows), "page": number, "pages": pages}
    return {**tally.told, **told, "list": people}


def of(asked: Mapping[str, Any], now: int, wanted: Wanted) -> Tally:
    """Return the answer that is held under the question's stamp, else a new one."""
    return _held.get(str(asked.get("stamp"))) or _counted(asked, now, wanted)


def _counted(asked: Mapping[str, Any], now: int, wanted: Wanted) -> Tally:
    begun = perf_counter()
    condition: Condition = drafts.check(asked["condition"])
    judged = population.judge(asked["site"], asked["slug"], {"": condition}, now, wanted)
    true, known, inside = judged.true[""], judged.known[""], judged.inside
    lists = {
        "in": true,
        "out": known & ~true,
        "unknown": ~known,
        "entering": true & ~inside,
        "leaving": inside & ~true,
    }
    stamp = uuid4().hex
    told = {
        "people": judged.size,
        **{name: int(np.count_nonzero(mask)) for name, mask in lists.items()},
        **judged.told,
        "cost": costing.of(ground.of(asked["site"]), condition),
        "at": to_text(now),
        "stamp": stamp,
    }
    tally = Tally(judged, lists, {**told, "took_ms": round((perf_counter() - begun) * 1000)})
    _held[stamp] = tally
    while len(_held) > HELD:
        _held.popitem(last=False)
    return tally
