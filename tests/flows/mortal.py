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
mortal.bear(sys.stdin.buffer, sys.stdout.buffer)
"""
"""A process that has everything loaded and bears a worker in a moment, when it is told to."""


NAME = "mortal"
"""What the workers' connections are called in PostgreSQL."""


class Nursery:
    """Workers in processes of their own, each killed before a statement or done with its work."""

    def __init__(self, env: dict[str, str]) -> None:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        named = {"PGAPPNAME": NAME, "PGOPTIONS": "-c synchronous_commit=off"}
        self.process = child([sys.executable, "-c", NURSERY], env=env | named, **pipes)

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


def bear(asked: IO[bytes], told: IO[bytes]) -> None:
    """Bear a worker for each line, and say how it ended."""
    for line in asked:
        now, statement = map(int, line.split())
        worker = os.fork()
        if not worker:
            _live(now, statement)
        told.write(f"{os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1])}\n".encode())
        told.flush()


def _live(now: int, statement: int) -> None:
    """Be a worker until there is nothing to do; never return."""
    clock = FixedClock(now)
    dispatch = Dispatch(clock)
    with dying(statement, slay):
        for lane in ("live", "import"):
            while (passed := event.walk(lane, clock, event.Appetite())).events:
                dispatch.send(passed)
        while (passed := refolding.due(clock)).letters:
            dispatch.send(passed)
    connection.close()
    os._exit(0)


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
