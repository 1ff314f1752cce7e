"""A worker killed with -9 before any of its statements: what is due goes live once, not less."""

from __future__ import annotations

import signal
import sys

import pytest

from personalization.decisions.models import Matrix
from personalization.flows import punctual
from personalization.flows.kinds import KINDS
from personalization.plant import sql
from personalization.sites import progress
from personalization.sites.models import AuditEntry, Generation, Publication
from personalization.sites.reviews import Schedule
from rules import appointments
from tests.children import child
from tests.flows.desk import TIME, Desk
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
OTHERS = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
WORKER = """
import django, os, signal, sys
django.setup()
from personalization.flows import punctual
from personalization.plant.clock import FixedClock
from tests.flows import mortal
def slay():
    os.kill(os.getpid(), signal.SIGKILL)
for statement in map(int, sys.argv[2:]):
    pid = os.fork()
    if pid == 0:
        with mortal.dying(statement, slay):
            punctual.step(FixedClock(int(sys.argv[1])))
        os._exit(0)
    print(os.waitpid(pid, 0)[1], flush=True)
"""
"""Each child works on a connection of its own, and dies before one of its statements."""


def test_whenever_a_worker_is_killed_it_fires_once(child_env: dict[str, str]) -> None:
    desk = Desk()
    draft = desk.draft()
    desk.do("schedule", draft, desk.who("ann"), at=TIME[0], zone=TIME[1])
    at, before = appointments.instant(*TIME), Generation.objects.get(site=desk.site).number
    statements = [str(number) for number in (0, 2, 4, 7, 11, 16, 22, 29, 37, 46)]
    worker = child(
        [sys.executable, "-c", WORKER, str(at), *statements], signal.SIGKILL, env=child_env
    )
    assert worker.wait(120) == 0
    until(lambda: sql.rows(OTHERS) == [(0,)], 60)
    fired = Generation.objects.get(site=desk.site).number - before
    state = Schedule.objects.get().state
    assert (fired, state) in {(0, "waiting"), (1, "fired")}
    assert desk.live() == (draft.number if fired else 1)
    desk.clock.instant = at
    assert punctual.step(desk.clock) == 1 - fired
    assert punctual.step(desk.clock) == 0
    assert Matrix.objects.get(pk=desk.mine.matrix.pk).live_id == draft.pk
    assert Generation.objects.get(site=desk.site).number == before + 1
    assert Publication.objects.filter(kind="matrix", revision_id=draft.pk).count() == 1
    published = AuditEntry.objects.filter(action="publish", object_type="matrix")
    assert published.filter(detail__revision=draft.pk).count() == 1
    steps = progress.of(KINDS["matrix"].subject(draft), draft).steps
    assert steps.filter(verb="went_live").count() == 1
