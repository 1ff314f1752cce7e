"""How fast one worker drains a full inbox, against the raw packed insert of the same rows."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

from benchmarks.ground import django, installed, say, timed

EVENTS = int(os.environ.get("EVENTS", "60000"))
CALL = 500
RAW = "CREATE TABLE raw (LIKE events_inbox INCLUDING ALL)"
COLUMNS = ("site_id", "lane", "shard", "received_at", "count", "payload")


def run(count: int) -> None:
    """Fill the inbox, drain it at so many segments, and say events per second."""
    from benchmarks import shop
    from personalization.events.models import Packed
    from personalization.plant.clock import FixedClock
    from tests.flows.ground import START, Ground

    ground = Ground(f"bench{count}")
    for name, condition in shop.segments(count).items():
        ground.segment(name, condition)
    stream = shop.messages(EVENTS, START)
    for k in range(0, EVENTS, CALL):
        ground.clock = FixedClock(START + (k + CALL) * shop.STEP)
        ground.admit(stream[k : k + CALL])
    rows = list(Packed.objects.values_list(*COLUMNS))
    before = time.process_time()
    seconds, drained = timed(lambda: drain(ground))
    cpu = time.process_time() - before
    raw, _ = timed(lambda: insert(rows))
    say(
        "drain",
        segments=count,
        events=drained,
        events_per_s=drained / seconds,
        worker_cpu_us_per_event=cpu / drained * 1e6,
        raw_packed_insert_events_per_s=drained / raw,
        balance=str(ground.balance()),
    )


def drain(ground: Any) -> int:
    """Walk the live lane until it is empty, as the worker's loop does; return the events."""
    from personalization.flows import event
    from personalization.flows.dispatch import Dispatch
    from personalization.plant.litter import Litter

    dispatch, total, litter = Dispatch(ground.clock), 0, Litter()
    litter.begin()
    appetite = event.Appetite()
    while (passed := event.walk("live", ground.clock, appetite)).events:
        dispatch.send(passed)
        total += passed.events
        appetite = appetite.after(passed.events)
        litter.note(True)
    return total


def insert(rows: list[tuple[Any, ...]]) -> None:
    """Insert the packed rows and nothing else."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS raw")
        cursor.execute(RAW)
        with cursor.copy(f"COPY raw ({', '.join(COLUMNS)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


if __name__ == "__main__":
    installed()
    django()
    for size in [int(word) for word in sys.argv[1:]] or [20, 100]:
        run(size)
