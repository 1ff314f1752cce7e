"""Work that dies before a statement of a given number: by an exception, or by SIGKILL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from django.db import connection

from personalization.flows import event, refolding
from personalization.flows.dispatch import Dispatch
from personalization.plant import sql
from personalization.plant.clock import FixedClock
from tests.children import child

NURSERY = """
import django, os, signal, sys
django.setup()
from tests.flows import mortal
from {module} import {name} as live
mortal.bear(live, sys.stdin.buffer, sys.stdout.buffer)
"""
"""A process that has everything loaded and bears a worker in a moment, when it is told to."""


NAME = "mortal"
"""What the workers' connections are called in PostgreSQL."""


Live = Callable[[FixedClock], None]
"""What a worker does with its life."""


class Nursery:
    """Workers in processes of their own, each killed before a statement or done with its work."""

    def __init__(self, env: dict[str, str], live: Live) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        named = {"PGAPPNAME": NAME, "PGOPTIONS": "-c synchronous_commit=off"}
        words = NURSERY.format(module=live.__module__, name=live.__name__)
        self.process = child([sys.executable, "-c", words], env=env | named, **pipes)

    def work(self, now: int, statement: int) -> bool:
        """Let a new worker do all there is to do; True where it lived."""
        self.process.stdin.write(f"{now} {statement}\n".encode())
        self.process.stdin.flush()
        ended = self.process.stdout.readline()
        assert ended in {b"0\n", f"{-signal.SIGKILL}\n".encode()}, ended
        return ended == b"0\n"

    def close(self) -> None:
        """Bear nobody any more."""
        self.process.stdin.close()
        self.process.wait(60)
        self.process.stdout.close()


def bear(live: Live, asked: IO[bytes], told: IO[bytes]) -> None:
    """Bear a worker for each line, and say how it ended."""
    for line in asked:
        now, statement = map(int, line.split())
        worker = os.fork()
        if not worker:
            with dying(statement, slay):
                live(FixedClock(now))
            connection.close()
            os._exit(0)
        told.write(f"{os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])}\n".encode())
        told.flush()


def drain(clock: FixedClock) -> None:
    """Take all that waits, and let timers fire, as the loop does."""
    dispatch = Dispatch(clock)
    for lane in ("live", "import"):
        while (passed := event.walk(lane, clock, event.Appetite())).events:
            dispatch.send(passed)
    while (passed := refolding.due(clock)).letters:
        dispatch.send(passed)


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
