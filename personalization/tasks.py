"""Everything that happens by itself, and when: every Celery task and the schedule, on one page."""

from __future__ import annotations

import os
import threading

from celery.signals import worker_process_init, worker_ready, worker_shutting_down
from django.conf import settings

from personalization.celery import app
from personalization.content import hooks
from personalization.flows import awaiting, inference, listing, posting, recompute, renewal
from personalization.flows.loop import Loop
from personalization.plant import child, offset
from personalization.plant.clock import system
from personalization.plant.nudge import Nudge
from personalization.push import deliveries, news
from personalization.segments import firings
from personalization.sites.models import Site

ROLE = os.environ.get("WORKER_ROLE", "")
INFERENCE = "inference"
"""The role that has no loop: it works in children that are renewed and may be killed."""
HARD = 60
"""Seconds after which a child that infers is killed."""

loop = Loop(ROLE, system)
courier = posting.courier(system)

app.conf.task_routes = {
    "personalization.tasks.drain": {"queue": "live"},
    "personalization.tasks.infer": {"queue": "inference"},
    "personalization.tasks.count": {"queue": "live"},
    "personalization.tasks.*": {"queue": "batch"},
}
DAY, HOUR = 86_400.0, 3_600.0
app.conf.beat_schedule = {
    "columns": {"task": f"{__name__}.compact_all_columns", "schedule": 300.0},
    "look for work": {"task": f"{__name__}.drain", "schedule": 5.0},
    "segments, every night": {"task": f"{__name__}.recompute_all_segments", "schedule": DAY},
    "scores, every hour": {"task": f"{__name__}.recompute_all_scores", "schedule": HOUR},
    "conclude": {"task": f"{__name__}.infer", "schedule": 5.0, "options": {"expires": 5}},
    "lists that are due": {"task": f"{__name__}.compute_lists", "schedule": 60.0},
    "ended deliveries, every night": {"task": f"{__name__}.sweep_deliveries", "schedule": DAY},
    "sources that are due": {"task": f"{__name__}.sync_sources", "schedule": 60.0},
    "conclusions, every hour": {"task": f"{__name__}.sweep_conclusions", "schedule": HOUR},
}


@app.task
def drain() -> None:
    """A hint: there is work. The loop is what does it."""
    loop.hint()


@app.task(time_limit=HARD)
def infer() -> None:
    """Conclude about those whose state changed; whoever is left waits for the next call."""
    inference.run(system, settings.INFERENCE, until=inference.budget())


@app.task
def sweep_conclusions() -> None:
    """Let wait whose conclusions are not those of the state and rules as they are."""
    for site_id in Site.objects.values_list("pk", flat=True):
        awaiting.sweep(site_id, system)


@app.task
def compute_list(pk: int) -> None:
    """Compute one list anew, in a process of its own."""
    child.run("manage.py", "list", "compute", str(pk))


@app.task
def compute_lists() -> None:
    """Compute the lists whose time has come, in a process of their own."""
    for pk in listing.due(system):
        compute_list.delay(pk)


@app.task
def sweep_deliveries() -> None:
    """Delete what fired, left, or did not, and what was heard, long ago."""
    firings.sweep(system.now())
    deliveries.sweep(system.now())
    hooks.sweep(system.now())
    news.sweep(system.now())


@app.task
def sync_sources() -> None:
    """Begin to read the CMSs whose time has come: what a lost hook left is repaired."""
    renewal.due(system)


@app.task
def compact_columns(site_id: int) -> None:
    """Bring a site's column store up to date, in a process of its own: it takes its memory."""
    child.run("manage.py", "columns", "--site", str(site_id))


@app.task
def compact_all_columns() -> None:
    """Ask for ``compact_columns`` of every site."""
    for site_id in Site.objects.values_list("pk", flat=True):
        compact_columns.delay(site_id)


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
def backtest(revision_id: int, asked: str) -> None:
    """Say what a segment would have done; ``asked`` is JSON. In a process of its own, likewise."""
    child.run("manage.py", "backtest", str(revision_id), asked)


@app.task
def count() -> None:
    """Let the process run that counts for editors while they type; it ends by itself."""
    child.keep("manage.py", "counter")


@app.task
def replay(kind: str, revision_id: int, days: int) -> None:
    """Say what a draft would have shown on the last days, in a process of its own, likewise."""
    child.run("manage.py", "replay", kind, str(revision_id), "--days", str(days))


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
    if ROLE == INFERENCE:
        return
    threading.Thread(target=offset.follow, args=(loop.stopping,), daemon=True).start()
    loop.dispatch.concluding = Nudge(lambda: infer.apply_async(expires=30, retry=False))
    threading.Thread(target=loop.run, name="loop", daemon=True).start()
    threading.Thread(target=courier.run, name="courier", daemon=True).start()


@worker_process_init.connect
def begin(**_: object) -> None:
    """Keep the clock's offset up to date in a child that infers."""
    if ROLE == INFERENCE:
        threading.Thread(target=offset.follow, args=(loop.stopping,), daemon=True).start()


@worker_shutting_down.connect
def stop(**_: object) -> None:
    """Let the loop finish its transaction."""
    loop.stop()
    courier.stop()
