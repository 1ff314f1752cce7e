"""How late timers fire while 100 000 are armed and some come due every second."""

from __future__ import annotations

import os
import random
import threading

from benchmarks.ground import django, installed, say
from tests.installation import until

ARMED = int(os.environ.get("ARMED", "100000"))
DUE = int(os.environ.get("DUE", "2000"))
SECONDS = 10


def main() -> None:
    """Arm timers far away and some nearby, run the worker's loop, and say how late those fired."""
    from personalization.flows.loop import Loop
    from personalization.plant.clock import system
    from personalization.plant.instants import SECOND, to_text
    from personalization.segments.models import Move, Timer
    from tests.flows.ground import Ground

    ground = Ground("bench")
    ground.clock = system
    ground.segment("recent", {"event": "Seen", "within": "24h"})
    draw, start = random.Random(3), system.now() + (20 + ARMED // 1_000) * SECOND
    day = 86_400 * SECOND
    for k in range(0, ARMED, 2_000):
        ages = [_age(draw, k + n, start - day) for n in range(2_000)]
        ground.admit(
            {
                "type": "track",
                "event": "Seen",
                "anonymousId": f"v{k + n}",
                "messageId": f"m{k + n}",
                "timestamp": to_text(at),
            }
            for n, at in enumerate(ages)
        )
        ground.drain()
    armed = Timer.objects.count()
    loop = Loop("live", system)
    thread = threading.Thread(target=loop.run)
    thread.start()
    until(lambda: system.now() > start + (SECONDS + 3) * SECOND, 600)
    loop.stop()
    thread.join()
    left = Move.objects.filter(entered=False, effective_at__gte=start)
    late = sorted((r - e) / SECOND for e, r in left.values_list("effective_at", "recorded_at"))
    say(
        "timers",
        armed=armed,
        fired=len(late),
        p50_s=late[len(late) // 2],
        p99_s=late[int(len(late) * 0.99)],
        max_s=late[-1],
    )


def _age(draw: random.Random, n: int, soon: int) -> int:
    """Return when a visitor was seen: a few a day before the measured seconds, most later."""
    if n % (ARMED // DUE) == 0:
        return soon + draw.randrange(SECONDS * 1_000_000)
    return soon + 3_600_000_000 + draw.randrange(60_000_000_000)


if __name__ == "__main__":
    installed()
    django()
    main()
