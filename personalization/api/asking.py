"""Asking a worker for work now, where the broker can be reached."""

from __future__ import annotations

from celery import current_app
from kombu.exceptions import OperationalError


def worker(task: str, *args: object, queue: str = "batch") -> bool:
    """Ask for one run of a task; False where the broker cannot be reached."""
    try:
        current_app.send_task(f"personalization.tasks.{task}", args=args, queue=queue, retry=False)
    except OperationalError:
        return False
    return True
