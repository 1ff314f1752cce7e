"""How long a segment takes to be published over a crowd, and how late live moves are meanwhile."""

from __future__ import annotations

import threading
import time

from benchmarks import load
from benchmarks.crowd import PEOPLE, calls, gathered
from benchmarks.ground import say
from tests.installation import until

RATE = 200
MOST = 900
ENTERED = "SELECT (recorded_at - effective_at) / 1e6 FROM segments_move WHERE cause = 'event' AND entered AND id > %s"  # fmt: skip  # noqa: E501
CHANGED = {"event": "Seen", "within": "48h"}


def main() -> None:
    """Change a segment that everybody is in; others' events go on."""
    from personalization.plant.clock import Clock, system
    from personalization.plant.instants import SECOND, to_text

    began = Clock().now()
    house, keys = gathered(
        "services,web,live,batch", lambda n: to_text(began - (n % 3_600 + 60) * SECOND)
    )
    from personalization.flows import publication
    from personalization.plant import sql
    from personalization.segments import drafts
    from personalization.segments.models import Segment
    from personalization.sites.models import Publication

    segment = Segment.objects.get(slug="recent", site_id=keys["site"])
    draft = drafts.draft(segment, CHANGED, {}, "bench")
    ((before,),) = sql.rows("SELECT coalesce(max(id), 0) FROM segments_move")
    others = (house.port, calls(keys["pk"], RATE * MOST, "Order Completed"), 30, 8, RATE)
    thread = threading.Thread(target=load.drive, args=others)
    thread.start()
    start = time.perf_counter()
    begun = publication.publish_segment(draft.pk, "bench", system)
    rows = Publication.objects.filter(pk=begun.pk)
    until(lambda: rows.get().state != Publication.State.PREPARING, MOST)
    seconds = time.perf_counter() - start
    thread.join()
    late = sorted(float(one) for (one,) in sql.rows(ENTERED, [before]))
    say(
        "publishing",
        profiles=PEOPLE,
        state=rows.get().state,
        seconds=seconds,
        profiles_per_s=PEOPLE / seconds,
        events_per_s=RATE,
        live_p50_s=late[len(late) // 2],
        live_p99_s=late[int(len(late) * 0.99)],
    )


if __name__ == "__main__":
    main()
