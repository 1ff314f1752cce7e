"""How late members leave whose windows all end within a minute, while others' events come in."""

from __future__ import annotations

import os
import random
import threading
import time

from benchmarks import load
from benchmarks.crowd import PEOPLE, calls, gathered
from benchmarks.ground import say

RATE = int(os.environ.get("RATE", "1000"))
SPAN = int(os.environ.get("SPAN", "60"))
AHEAD = 7_200
"""Seconds until the first window ends; the clock is set forward once everybody is in."""
LOOK = 0.05
SEEN = """
SELECT id, effective_at FROM segments_move
WHERE id > %s - 5000 AND NOT entered AND cause = 'timer' ORDER BY id
"""


def main() -> None:
    """Measure on a whole installation: a move counts as made when another process can read it."""
    from personalization.plant.clock import Clock
    from personalization.plant.instants import SECOND, to_text

    draw, began = random.Random(7), Clock().now()
    first = began + AHEAD * SECOND
    ends = [first + draw.randrange(SPAN * SECOND) for _ in range(PEOPLE)]
    house, keys = gathered("services,web,live", lambda n: to_text(ends[n] - 86_400 * SECOND))
    ahead = (first - Clock().now()) // SECOND - 10
    house.run("manage.py", "clock", "--forward", f"{ahead}s")
    clock = Clock(ahead * SECOND)
    crowd = (house.port, calls(keys["pk"], 60_000), SPAN + 12, 16, RATE)
    answers: dict[str, float] = {}
    thread = threading.Thread(target=lambda: answers.update(load.drive(*crowd)))
    thread.start()
    late = sorted(seconds / SECOND for seconds in watched(clock, first + (SPAN + 60) * SECOND))
    thread.join()
    say(
        "exits",
        members=PEOPLE,
        left=len(late),
        within_s=SPAN,
        events_per_s=answers["answers"] / (SPAN + 12),
        not_200=answers["not_200"],
        p50_s=late[len(late) // 2],
        p99_s=late[int(len(late) * 0.99)],
        max_s=late[-1],
    )


def watched(clock, until):  # type: ignore[no-untyped-def]
    """Return how late everybody left, in microseconds, as seen by one who looks all the time."""
    from personalization.plant import sql

    seen: dict[int, int] = {}
    last = 0
    while len(seen) < PEOPLE and clock.now() < until:
        rows = sql.rows(SEEN, [last])
        now = clock.now()
        for number, at in rows:
            if number not in seen:
                seen[number] = now - at
        last = max(seen, default=0)
        time.sleep(LOOK)
    return list(seen.values())


if __name__ == "__main__":
    main()
