"""The Celery application: it runs tasks and hints; it never carries data."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import beat_init, worker_init

from personalization.plant import heartbeat

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "personalization.settings")

app = Celery("personalization")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["personalization"], related_name="tasks")


@worker_init.connect
def worker_lives(**_: object) -> None:
    """Give signs of life under the worker's lane."""
    heartbeat.start(os.environ.get("WORKER_ROLE") or "worker")


@beat_init.connect
def scheduler_lives(**_: object) -> None:
    """Give signs of life for the scheduler."""
    heartbeat.start("scheduler")
