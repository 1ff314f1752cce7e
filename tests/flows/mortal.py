"""Work that dies before a statement of a given number: by an exception, or by SIGKILL."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from personalization.plant import sql

WORKER = """
import django, sys
django.setup()
from personalization.flows import event, refolding
from personalization.flows.dispatch import Dispatch
from personalization.plant.clock import FixedClock
from tests.flows import mortal
clock = FixedClock(int(sys.argv[1]))
dispatch = Dispatch(clock)
with mortal.dying(int(sys.argv[2]), mortal.slay):
    for lane in ("live", "import"):
        while (passed := event.walk(lane, clock, event.Appetite())).events:
            dispatch.send(passed)
    while (passed := refolding.due(clock)).letters:
        dispatch.send(passed)
"""
"""A worker that is killed before one of its statements: ``argv`` are the instant and the number."""


class KilledError(BaseException):
    """The worker died here."""


def die() -> None:
    """End this piece of work."""
    raise KilledError


def slay() -> None:
    """End this process, as kill -9 does."""
    os.kill(os.getpid(), signal.SIGKILL)


@contextmanager
def dying(statement: int, end: Callable[[], None] = die) -> Iterator[None]:
    """Die before the statement with this number, whichever way it is sent."""
    left = [statement]

    def count() -> None:
        left[0] -= 1
        if left[0] < 0:
            end()

    opened, asked = sql.cursor, connection.execute_wrapper

    def cursor() -> Any:
        count()
        return opened()

    def wrapper(execute: Any, *told: Any) -> Any:
        count()
        return execute(*told)

    sql.cursor = cursor
    try:
        with asked(wrapper):
            yield
    finally:
        sql.cursor = opened
