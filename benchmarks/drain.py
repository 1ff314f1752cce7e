"""How fast one worker drains a full inbox, at 20 and at 100 segments, against the raw packed insert."""

from __future__ import annotations

import os
import random
import sys
import time

from benchmarks.ground import Installation, django, say, timed

EVENTS, VISITORS = int(os.environ.get("EVENTS", 60_000)), 6_000
SECOND = 1_000_000


def conditions(count: int) -> list[dict]:
    """Return typical segments: counts, sums, recency, absence and same-groups over five events."""
    shapes = [
        lambda i: {"event": "Product Viewed", "within": f"{1 + i % 30}d", "operator": "at_least", "value": 3 + i % 5},
        lambda i: {"event": "Order Completed", "within": f"{30 + i}d", "measure": {"sum": "properties.revenue"}, "operator": "at_least", "value": 50 + i},
        lambda i: {"all": [{"event": "Product Added", "within": f"{1 + i}d"}, {"not": {"event": "Order Completed", "within": f"{1 + i}d"}}]},
        lambda i: {"same": "properties.product_id", "within": f"{1 + i % 7}d", "all": [{"event": "Product Viewed", "operator": "at_least", "value": 3}, {"event": "Product Added"}]},
        lambda i: {"all": [{"event": "Page Viewed", "where": {"attribute": "properties.path", "operator": "starts_with", "value": f"/c{i % 5}"}, "within": "7d", "operator": "at_least", "value": 2}, {"attribute": "traits.plan", "operator": "not_equals", "value": "pro"}]},
    ]  # fmt: skip
    return [shapes[i % 5](i) for i in range(count)]


def messages(count: int, start: int) -> list[dict]:
    """Return a seeded stream of what shop visitors do, one event every 20 ms."""
    from personalization.plant.instants import to_text

    draw = random.Random(7)
    names = ["Product Viewed"] * 5 + ["Page"] * 3 + ["Product Added", "Order Completed"]
    stream = []
    for n in range(count):
        name = draw.choice(names)
        properties = {
            "product_id": f"p{draw.randrange(200)}",
            "category": draw.choice("abcde"),
            "price": draw.randrange(1000) / 10,
        }
        if name == "Order Completed":
            properties["revenue"] = draw.randrange(20000) / 100
        if name == "Page":
            properties["path"] = f"/c{draw.randrange(5)}/{draw.randrange(50)}"
        stream.append({
            "type": "page" if name == "Page" else "track", "event": name, "properties": properties,
            "anonymousId": f"v{draw.randrange(VISITORS)}", "messageId": f"m{n}",
            "timestamp": to_text(start + n * 20_000), "context": {"locale": "en", "page": {"path": "/x", "title": "A page"}, "userAgent": "Mozilla/5.0 bench"},
        })  # fmt: skip
    return stream


def run(segments: int) -> None:
    """Fill the inbox, drain it, and say events per second."""
    from django.db import connection, transaction

    from personalization.events.models import Packed
    from personalization.flows import event
    from personalization.flows.dispatch import Dispatch
    from personalization.plant.clock import FixedClock
    from tests.flows.ground import START, Ground

    ground = Ground(f"bench{segments}")
    for i, condition in enumerate(conditions(segments)):
        ground.segment(f"s{i}", condition)
    stream = messages(EVENTS, START)
    for k in range(0, EVENTS, 500):
        ground.clock = FixedClock(START + (k + 500) * 20_000)
        ground.admit(stream[k : k + 500])
    rows = list(
        Packed.objects.values_list("site_id", "lane", "shard", "received_at", "count", "payload")
    )
    dispatch = Dispatch(ground.clock)

    def drain() -> int:
        total = 0
        while (passed := event.walk("live", ground.clock, event.Appetite())).events:
            dispatch.send(passed)
            total += passed.events
        return total

    before = time.process_time()
    seconds, drained = timed(drain)
    cpu = time.process_time() - before

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TABLE raw (LIKE events_inbox INCLUDING ALL)")
            with cursor.copy(
                "COPY raw (site_id, lane, shard, received_at, count, payload) FROM STDIN"
            ) as copy:
                for row in rows:
                    copy.write_row(row)

    raw, _ = timed(insert)
    say(
        "drain",
        segments=segments,
        events=drained,
        events_per_s=drained / seconds,
        us_per_event=seconds / drained * 1e6,
        worker_cpu_us_per_event=cpu / drained * 1e6,
        raw_insert_events_per_s=drained / raw,
        balance=str(ground.balance()),
    )


if __name__ == "__main__":
    Installation()
    django()
    for count in [int(a) for a in sys.argv[1:]] or [20, 100]:
        run(count)
