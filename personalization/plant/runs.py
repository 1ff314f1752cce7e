"""Every run of recurring or requested work leaves a row: when, how long, how much, what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zlib import crc32

from django.db import connection

from personalization.plant.clock import Clock
from personalization.plant.models import Run


class RefusedError(Exception):
    """The work could not be done; the reason is the whole story: stored, shown, not raised on."""


def recorded(task: str, site_id: int | None, clock: Clock, work: Callable[[Run], None]) -> Run:
    """Do the work as one run of the task, only one at a time a site; return the run's row.

    What the work raises is stored in the row and raised on, but for ``RefusedError``.
    """
    run = Run.objects.create(task=task, site_id=site_id, started_at=clock.now())
    try:
        with _alone(task, site_id):
            _close_abandoned(run)
            work(run)
    except RefusedError as refusal:
        return _ended(run, clock, Run.State.FAILED, str(refusal))
    except BaseException as failure:
        _ended(run, clock, Run.State.FAILED, f"{type(failure).__name__}: {failure}")
        raise
    return _ended(run, clock, Run.State.DONE, "")


def advance(run: Run, rows: int) -> bool:
    """Add to the rows done, so that others see progress; False once somebody cancelled the run."""
    run.rows += rows
    running = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING)
    return bool(running.update(rows=run.rows, total=run.total))


def _ended(run: Run, clock: Clock, state: Run.State, error: str) -> Run:
    run.refresh_from_db(fields=["state"])
    run.state = run.state if run.state == Run.State.CANCELLED else state
    run.finished_at, run.error = clock.now(), error[:2000]
    run.save()
    return run


def _close_abandoned(run: Run) -> None:
    """Whoever holds the lock knows: earlier rows that say running died before they could end."""
    earlier = Run.objects.filter(task=run.task, site_id=run.site_id, pk__lt=run.pk)
    earlier.filter(state=Run.State.RUNNING).update(
        state=Run.State.FAILED, error="abandoned: its process died", finished_at=run.started_at
    )


def newest(task: str, subject: str) -> Run | None:
    """Return the newest run of a task about one thing."""
    return Run.objects.filter(task=task, subject=subject).first()


def cancel(run: Run) -> bool:
    """Let a run end at its next step; False where it was over already."""
    running = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING)
    return bool(running.update(state=Run.State.CANCELLED))


@contextmanager
def _alone(task: str, site_id: int | None) -> Iterator[None]:
    """Hold the task's lock: PostgreSQL lets it go by itself when the process dies."""
    key = (crc32(task.encode()) - 2**31, site_id or 0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        if not cursor.fetchone()[0]:
            raise RefusedError("running: the same work is still under way")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)
