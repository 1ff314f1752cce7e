"""Everything that happens by itself, and when: every Celery task and the schedule, on one page."""

from __future__ import annotations

import os
import threading

from celery.signals import worker_ready, worker_shutting_down

from personalization.celery import app
from personalization.flows import recompute
from personalization.flows.loop import Loop
from personalization.plant import child, offset
from personalization.plant.clock import system
from personalization.sites.models import Site

loop = Loop(os.environ.get("WORKER_ROLE", ""), system)

app.conf.task_routes = {
    "personalization.tasks.drain": {"queue": "live"},
    "personalization.tasks.*": {"queue": "batch"},
}
DAY, HOUR = 86_400.0, 3_600.0
app.conf.beat_schedule = {
    "look for work": {"task": f"{__name__}.drain", "schedule": 5.0},
    "segments, every night": {"task": f"{__name__}.recompute_all_segments", "schedule": DAY},
    "scores, every hour": {"task": f"{__name__}.recompute_all_scores", "schedule": HOUR},
}


@app.task
def drain() -> None:
    """A hint: there is work. The loop is what does it."""
    loop.hint()


@app.task
def recompute_segments(site_id: int) -> None:
    """Fold every profile of a site anew; there must be no difference."""
    recompute.recompute_segments(site_id, system)


@app.task
def recompute_scores(site_id: int) -> None:
    """Train a site's scores anew from its log, in a process of its own: training takes its time."""
    child.run("manage.py", "recompute", "scores", "--site", str(site_id))


@app.task
def preview(kind: str, revision_id: int) -> None:
    """Count what a revision would do, in a process of its own: columns take their memory."""
    child.run("manage.py", "preview", kind, str(revision_id))


@app.task
def recompute_all_segments() -> None:
    """Ask for ``recompute_segments`` of every site."""
    for site_id in Site.objects.values_list("pk", flat=True):
        recompute_segments.delay(site_id)


@app.task
def recompute_all_scores() -> None:
    """Ask for ``recompute_scores`` of every site."""
    for site_id in Site.objects.values_list("pk", flat=True):
        recompute_scores.delay(site_id)


@worker_ready.connect
def start(**_: object) -> None:
    """Start the loop beside Celery, and keep the clock's offset up to date."""
    threading.Thread(target=offset.follow, args=(loop.stopping,), daemon=True).start()
    threading.Thread(target=loop.run, name="loop", daemon=True).start()


@worker_shutting_down.connect
def stop(**_: object) -> None:
    """Let the loop finish its transaction."""
    loop.stop()
