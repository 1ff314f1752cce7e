"""What an event costs and a profile weighs as segments and histories grow; ``--chart`` draws it."""

from __future__ import annotations

import random
import sys
import time
from typing import Any

import orjson

from benchmarks import shop
from benchmarks.curves import Panel, drawn
from benchmarks.ground import say
from rules import state_json
from rules.definitions import Definitions, Stability, build
from rules.fold import fold
from rules.parser import parse
from rules.scopes import Scope
from rules.state import Event
from tests.installation import ROOT

SEGMENTS = (10, 100, 1_000)
HISTORIES = (10, 100, 1_000, 10_000, 100_000)
HEARD = 5
MINUTE, DAY = 60_000_000, 86_400_000_000
CHART = ROOT / "docs" / "time-growth.svg"


def built(conditions: dict[str, Any]) -> Definitions:
    """Compile segments of these conditions."""
    parsed = {name: parse(one, scope=Scope.SEGMENT) for name, one in conditions.items()}
    return build({name: (one, Stability()) for name, one in parsed.items()}, {})


def elsewhere(count: int) -> dict[str, Any]:
    """So many segments of which five hear of product views, and each other one of its own event."""
    few = {f"s{n}": shop.viewed(n) for n in range(HEARD)}
    return few | {f"s{n}": {"event": f"Other {n}", "within": "7d"} for n in range(HEARD, count)}


def everywhere(count: int) -> dict[str, Any]:
    """So many segments that all hear of product views."""
    return {f"s{n}": shop.viewed(n) | {"value": 1 + n} for n in range(count)}


def history(count: int, gap: int = MINUTE) -> list[Event]:
    """What one visitor of the shop did, as the fold sees it."""
    draw = random.Random(5)
    return [
        Event(
            (n + 1) * gap,
            f"{n:06}",
            "page" if name == "Page" else "track",
            name,
            {"product_id": f"p{draw.randrange(200)}", "revenue": 10.0, "path": "/c1/2"},
            {},
            {},
        )
        for n, name in enumerate(draw.choice(shop.NAMES) for _ in range(count))
    ]


def stored(state: Any) -> bytes:
    """Return a state as it is stored."""
    return orjson.dumps(state_json.dump(state))


def microseconds(held: Definitions, events: list[Event], repeats: int = 200) -> float:
    """Return what one more event costs whose profile is read from the store and written back."""
    raw = stored(fold(None, events[:-1], held, events[-1].at - 1))
    start = time.process_time()
    for _ in range(repeats):
        state = state_json.load(orjson.loads(raw), held)
        stored(fold(state, events[-1:], held, events[-1].at, reuse=True))
    return (time.process_time() - start) / repeats * 1e6


def main() -> None:
    """Measure, say, and draw where asked."""
    views = [event._replace(kind="track", name="Product Viewed") for event in history(20)]
    touched = {n: microseconds(built(elsewhere(n)), views) for n in SEGMENTS}
    heard = {n: microseconds(built(everywhere(n)), views) for n in SEGMENTS}
    size = {n: float(len(stored(fold(None, views, built(elsewhere(n)), DAY)))) for n in SEGMENTS}
    held = built(shop.segments(20))
    bytes_of, costs = {}, {}
    for count in HISTORIES:
        events = history(count)
        bytes_of[count] = float(len(stored(fold(None, events, held, events[-1].at))))
        costs[count] = microseconds(held, events, 50)
    say("growth", segments_us=touched, all_hear_us=heard, segments_bytes=size)
    say("growth", history_us=costs, history_bytes=bytes_of)
    if "--chart" in sys.argv:
        few, every = f"{HEARD} segments hear of the event", "all segments hear of the event"
        cost = Panel("CPU for one event, µs", "segments", {few: touched, every: heard})
        life = {"state, bytes": bytes_of, "CPU for one more event, µs": costs}
        CHART.write_text(
            drawn(
                "What grows, and what does not",
                [cost, Panel("A visitor with a minute between events", "events", life)],
            )
        )


if __name__ == "__main__":
    main()
