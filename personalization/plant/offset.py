"""Keeps the process's clock where the installation's clock is: asked every half second."""

from __future__ import annotations

import threading

from django.db import DatabaseError, connection

from personalization.plant.clock import system
from personalization.plant.models import ClockOffset

PERIOD = 0.5
"""Seconds between two looks."""


def follow(stopping: threading.Event) -> None:
    """Follow the stored offset until told to stop; while the store is away, keep the last one."""
    while not stopping.wait(PERIOD):
        try:
            system.offset = current()
        except DatabaseError:
            connection.close()


def current() -> int:
    """Return the stored offset in microseconds; nothing stored is none."""
    return ClockOffset.objects.values_list("microseconds", flat=True).filter(pk=1).first() or 0
