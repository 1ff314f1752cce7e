"""Live counts at a million profiles: a segment's draft asked of the column store on the disk."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path
from statistics import median

import numpy as np
import pyarrow as pa

from personalization.features.columns import asked, people
from personalization.features.columns.told import told
from rules import compiler
from rules.columns import truths
from rules.definitions import Stability, build
from rules.fold import fold
from rules.parser import parse, parse_measure
from rules.scopes import Scope
from rules.state import Event, State, Trait

PEOPLE, DRAWN = 1_000_000, 10_000
NOW = 1_790_000_000_000_000
DAY = 86_400_000_000
PRO = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
OLD = {"attribute": "traits.age", "operator": "at_least", "value": 40}
CITY = {"attribute": "traits.city", "operator": "starts_with", "value": "city 1"}
SPENT = {"attribute": "features.spent", "operator": "more_than", "value": 120.5}
VIEWED = {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 2}
CONDITIONS = {
    "one attribute": PRO,
    "three attributes": {"all": [PRO, OLD, {"not": CITY}]},
    "a feature": SPENT,
    "a materialised event condition": VIEWED,
    "all of them, and a segment": {
        "any": [{"all": [PRO, OLD, SPENT]}, {"all": [CITY, VIEWED]}, {"segment": "keen"}]
    },
}


def main() -> None:
    """Lay a million profiles out on the disk and count on them."""
    keen = parse(VIEWED, scope=Scope.SEGMENT)
    spent = {"event": "Bought", "measure": {"sum": "properties.n"}}
    asks = build({"keen": (keen, Stability())}, {"spent": parse_measure(spent)})
    draw = random.Random(1)
    rows = ((f"{n:032x}", n, told(state(asks, draw), asks, NOW)) for n in range(DRAWN))
    part = people.table(rows)
    whole = pa.concat_tables([part] * (PEOPLE // DRAWN)).unify_dictionaries()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.arrow"
        people.write(path, whole)
        print(
            f"{len(whole)} profiles, {len(whole.column_names)} columns, {path.stat().st_size} bytes"
        )
        for name, document in CONDITIONS.items():
            condition = parse(document, scope=Scope.SEGMENT)
            keys = {m: _key(m, asks) for m in compiler.measures(condition)}
            said = [_counted(path, condition, keys, asks) for _ in range(5)]
            wall, cpu = median(s[0] for s in said), median(s[1] for s in said)
            print(f"{name}: {said[0][2]} in, {wall * 1000:.0f} ms, {cpu * 1000:.0f} ms of CPU")


def state(asks, draw) -> State:
    events = [
        Event(
            NOW - draw.randrange(10 * DAY),
            f"{n}",
            "track",
            name,
            {"n": draw.randrange(9_999) / 7},
            {},
            {},
        )
        for n in range(draw.randrange(6))
        for name in ("Viewed", "Bought")
    ]
    state = fold(None, sorted(events, key=lambda event: event[:2]), asks, NOW)
    state.traits["plan"] = Trait(draw.choice(("pro", "free", "team")), 1, "")
    state.traits["city"] = Trait(f"city {draw.randrange(500)}", 1, "")
    if draw.random() < 0.9:
        state.traits["age"] = Trait(draw.randrange(90), 1, "")
    return state


def _key(measure, asks) -> str:
    return next(key for key, one in asks.recipes.items() if one.measure == measure)


def _counted(path, condition, keys, asks):
    begun, cpu = time.perf_counter(), time.process_time()
    whole = people.read(path)
    found = asked.columns(whole, asks, NOW, compiler.attributes(condition), keys.values())
    true, _ = truths.compile(condition, found, keys)
    inside = int(np.count_nonzero(true))
    return time.perf_counter() - begun, time.process_time() - cpu, inside


if __name__ == "__main__":
    main()
