"""Send what was written down, in a thread of its own: no save of an editor waits for a network."""

import logging
import random
import time
from datetime import timedelta
from threading import Condition, Thread

from django.db import DatabaseError, connections
from django.db.models import F
from django.utils import timezone

from personalization_client import connection, signatures
from personalization_client.calls import Answer, Away, call
from personalization_client.models import Notice

log = logging.getLogger(__name__)
PAUSES = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Seconds before each next try; after the last one the row stays, and ``--all`` sends it again."""
PATIENCE = 10.0
CLAIM = 60
IDLE = 300
GONE = 410
BUSY = (429, 503)
MANY = 100


class Sender:
    """One thread a process: it ends when there is nothing more to send."""

    def __init__(self) -> None:
        self._asked = Condition()
        self._thread: Thread | None = None
        self._news = False
        self._ends = False

    def wake(self) -> None:
        """Have what is due sent soon."""
        with self._asked:
            self._news = True
            self._asked.notify()
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="personalization", daemon=True)
                self._thread.start()

    def settle(self) -> None:
        """Have the thread end, for a process that ends in order; what is not sent stays written."""
        with self._asked:
            thread, self._ends = self._thread, True
            self._asked.notify()
        if thread is not None:
            thread.join()
        self._ends = False

    def _run(self) -> None:
        while True:
            with self._asked:
                self._news = False
            pause = self._work()
            connections.close_all()
            with self._asked:
                if not (self._news or self._ends):
                    self._asked.wait(IDLE if pause is None else pause)
                if self._ends or (pause is None and not self._news):
                    self._thread = None
                    return

    def _work(self) -> float | None:
        """Send what is due; return the seconds until more is, None if there is nothing more."""
        try:
            send_due()
            due = next_due()
        except DatabaseError:
            log.exception("notices could not be read")
            return PAUSES[0]
        return due


sender = Sender()


def send_due(everything: bool = False) -> tuple[int, int]:
    """Send what is due, or all there is; return how many were taken, and how many were not."""
    taken = tried = 0
    rows = Notice.objects.order_by("pk")
    if not everything:
        rows = rows.filter(due_at__lte=timezone.now(), tries__lte=len(PAUSES))
    for notice in rows[:MANY]:
        if _claimed(notice):
            tried += 1
            taken += _send(notice)
    return taken, tried - taken


def next_due() -> float | None:
    """Return the seconds until the next notice is due, None where none is waiting."""
    waiting = Notice.objects.filter(tries__lte=len(PAUSES)).order_by("due_at")
    first = waiting.values_list("due_at", flat=True).first()
    return max(0.2, (first - timezone.now()).total_seconds()) if first else None


def _claimed(notice: Notice) -> bool:
    """Take a row for this process; another that looks at the same moment does not get it."""
    until = timezone.now() + timedelta(seconds=CLAIM)
    mine = Notice.objects.filter(pk=notice.pk, due_at=notice.due_at, tries=notice.tries)
    return mine.update(due_at=until, tries=F("tries") + 1) == 1


def _send(notice: Notice) -> bool:
    to = connection.of(notice.host)
    if not to.tells:
        notice.delete()
        return False
    body = notice.body.encode()
    try:
        signed = signatures.headers(notice.message, int(time.time()), body, to.hook_secret.split())
        answer = call(to.hook, {**signed, "Content-Type": "application/json"}, body, PATIENCE)
    except (Away, ValueError) as fault:
        _later(notice, str(fault))
        return False
    if answer.status // 100 == 2 or answer.status == GONE:  # noqa: PLR2004 - HTTP's own number
        notice.delete()
        return answer.status != GONE
    _later(notice, f"the server answered {answer.status}", _asked_pause(answer))
    return False


def _asked_pause(answer: Answer) -> int:
    told = answer.headers.get("retry-after", "")
    return min(int(told), PAUSES[-1]) if answer.status in BUSY and told.isdecimal() else 0


def _later(notice: Notice, fault: str, least: int = 0) -> None:
    log.warning("notice %s was not taken: %s", notice.message, fault)
    pause = PAUSES[min(notice.tries, len(PAUSES) - 1)]
    seconds = max(least, pause * random.uniform(1, 1.2))  # noqa: S311 - spreads tries, hides nothing
    due = timezone.now() + timedelta(seconds=seconds)
    Notice.objects.filter(pk=notice.pk).update(due_at=due, fault=fault[:200])
