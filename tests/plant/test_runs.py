"""A run's row tells how it went, whatever happens, and the same work never runs twice at once."""

import threading

import pytest
from django.db import connection

from personalization.plant import runs
from personalization.plant.clock import FixedClock
from personalization.plant.models import Run

pytestmark = pytest.mark.services


@pytest.fixture
def clock():
    return FixedClock(1_000_000)


def idle(run):
    """Work that is done at once."""


def broken(run):
    raise ZeroDivisionError("nothing to share by")


@pytest.mark.django_db
def test_a_run_that_ends_well_says_when_and_how_much(clock):
    def work(run):
        assert runs.advance(run, 3)
        assert runs.advance(run, 4)
        clock.offset = 5_000_000

    runs.recorded("count", 1, clock, work)
    found = Run.objects.get()
    assert (found.task, found.site_id, found.state, found.rows) == ("count", 1, "done", 7)
    assert (found.started_at, found.finished_at, found.error) == (1_000_000, 6_000_000, "")


@pytest.mark.django_db
def test_a_failure_is_stored_and_raised_on(clock):
    with pytest.raises(ZeroDivisionError):
        runs.recorded("count", 1, clock, broken)
    found = Run.objects.get()
    assert (found.state, found.finished_at) == ("failed", 1_000_000)
    assert found.error == "ZeroDivisionError: nothing to share by"


@pytest.mark.django_db
def test_a_refusal_is_stored_and_is_no_failure_of_the_caller(clock):
    def refuse(run):
        raise runs.RefusedError("too_few: nothing to count")

    assert runs.recorded("count", 1, clock, refuse) == Run.objects.get()
    assert Run.objects.get().error == "too_few: nothing to count"
    assert Run.objects.get().state == "failed"


@pytest.mark.django_db
def test_a_cancelled_run_is_told_so_and_stays_cancelled(clock):
    def work(run):
        Run.objects.update(state=Run.State.CANCELLED)
        assert not runs.advance(run, 1)

    assert runs.recorded("count", 1, clock, work).state == "cancelled"
    assert Run.objects.get().state == "cancelled"
    assert Run.objects.get().finished_at is not None


@pytest.mark.django_db
def test_after_a_failure_the_same_work_may_run_again(clock):
    with pytest.raises(ZeroDivisionError):
        runs.recorded("count", 1, clock, broken)
    runs.recorded("count", 1, clock, idle)
    assert [run.state for run in Run.objects.order_by("id")] == ["failed", "done"]


def elsewhere(act):
    """Do something in a thread, which has a connection of its own."""

    def work():
        act()
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)


@pytest.mark.django_db(transaction=True)
def test_the_same_work_does_not_run_twice_at_once(clock):
    worked = []

    def work(run):
        elsewhere(lambda: runs.recorded("count", 1, clock, worked.append))

    runs.recorded("count", 1, clock, work)
    assert worked == []
    assert sorted(Run.objects.values_list("state", flat=True)) == ["done", "failed"]
    assert Run.objects.get(state="failed").error.startswith("running: ")


@pytest.mark.django_db(transaction=True)
def test_other_sites_and_other_work_do_not_wait(clock):
    worked = []

    def work(run):
        elsewhere(lambda: runs.recorded("count", 2, clock, worked.append))
        elsewhere(lambda: runs.recorded("weigh", 1, clock, worked.append))

    runs.recorded("count", 1, clock, work)
    assert len(worked) == 2
    assert set(Run.objects.values_list("state", flat=True)) == {"done"}


@pytest.mark.django_db
def test_a_run_whose_process_died_is_closed_by_the_next_one(clock):
    Run.objects.create(task="count", site_id=1, started_at=0)
    Run.objects.create(task="count", site_id=2, started_at=0)
    runs.recorded("count", 1, clock, idle)
    assert [run.state for run in Run.objects.order_by("id")] == ["failed", "running", "done"]
