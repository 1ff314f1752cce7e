"""Alarms: true ones are raised once and end, what flickers is one, and a quiet site has none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from personalization.content import reads
from personalization.content.sources import Source
from personalization.flows import alarms_said, punctual, vigil
from personalization.flows.alarms.registry import shelf
from personalization.management.commands import doctor
from personalization.plant import heartbeat
from personalization.sites.alarms import Alarm
from personalization.sites.reviews import Freeze
from personalization.sites.roles import Caller
from rules import appointments
from tests.children import child
from tests.flows.desk import TIME, Desk
from tests.flows.ground import DAY, HOUR, SECOND, Ground
from tests.flows.newsstand import Newsstand
from tests.flows.watched import look, raised, spoil
from tests.push.receivers import receiver
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
ROOT = Path(__file__).resolve().parents[2]
EVERYBODY = Caller("boss", None)


def test_a_quiet_site_has_no_alarm(empty_cache):
    ground = Ground()
    for _ in range(3):
        look(ground, 60 * SECOND)
    assert raised() == []


BEATING = """
from personalization.plant import heartbeat
heartbeat.EVERY, heartbeat.LASTS = 0.2, 2
heartbeat.start("batch")
import time; time.sleep(600)
"""


def test_a_worker_that_is_killed_is_missed_and_is_not_when_it_is_back(child_env, empty_cache):
    ground = Ground()
    others = [heartbeat.start("live"), heartbeat.start("scheduler")]
    env = {**child_env, "PYTHONPATH": str(ROOT)}

    def begin():
        process = child([sys.executable, "-c", BEATING], cwd=ROOT, env=env,
                        stdout=subprocess.DEVNULL)  # fmt: skip
        until(lambda: "batch" in roles())
        return process

    def roles():
        return {one["role"] for one in heartbeat.living()}

    try:
        process = begin()
        until(lambda: {"live", "scheduler"} <= roles())
        look(ground)
        assert raised("worker") == []
        process.kill()
        process.wait()
        until(lambda: "batch" not in roles())
        look(ground, 30 * SECOND)
        assert raised("worker") == []
        look(ground, 31 * SECOND)
        assert raised("worker") == [("worker", "batch", "critical")]
        process = begin()
        look(ground, 61 * SECOND)
        assert raised("worker") == []
        row = Alarm.objects.get(kind="worker")
        assert row.ended_at - row.since >= 60 * SECOND
        process.kill()
        process.wait()
    finally:
        for one in others:
            one.set()


def test_without_a_cache_nobody_is_called_dead(monkeypatch, empty_cache):
    ground = Ground()
    monkeypatch.setenv("CACHE_URL", "redis://127.0.0.1:1/0")
    for _ in range(4):
        look(ground, 60 * SECOND)
    assert raised("worker") == []
    assert ("store", "cache", "critical") in raised("store")


def test_work_that_waits_too_long_is_told(empty_cache):
    ground = Ground()
    look(ground)
    ground.admit([{"type": "track", "event": "Seen", "userId": "ann"}])
    ground.drain()
    ground.admit([{"type": "track", "event": "Seen", "userId": "bob"}])
    look(ground, 40 * SECOND)
    assert raised("queue") == []
    look(ground, 61 * SECOND)
    assert ("queue", "live", "warning") in raised("queue")
    ground.drain()
    look(ground, 61 * SECOND)
    assert ("queue", "live", "warning") not in raised("queue")


def test_an_endpoint_that_fails_is_told_and_one_that_is_gone_is_worse(
    stand: Newsstand, empty_cache
):
    with receiver(lambda _: (500, {})) as failing, receiver(lambda _: (410, {})) as gone:
        one, _ = stand.endpoint(failing.url)
        other, _ = stand.endpoint(gone.url)
        stand.segment("buyers", {"event": "Bought", "within": "1d"})
        stand.work()
        assert vigil.step(stand.clock)
        assert raised() == [("delivery", other.lane, "critical")]
        for _ in range(3):
            stand.clock.instant += 3 * HOUR
            stand.work()
    look(stand)
    assert ("delivery", one.lane, "warning") in raised()


def test_a_schedule_that_is_not_carried_out_is_told_until_it_is_settled(empty_cache):
    desk = Desk()
    draft, ann = desk.draft(), desk.who("ann")
    desk.do("schedule", draft, ann, at=TIME[0], zone=TIME[1])
    at = appointments.instant(*TIME)
    desk.clock.instant = at + 60 * SECOND
    look(desk)
    assert raised() == []
    look(desk, 90 * SECOND)
    assert raised() == [("schedule", f"matrix {draft.pk}", "critical")]
    Freeze.objects.create(site=desk.site, name="Sale", start_at=at - HOUR, until_at=at + DAY)
    punctual.step(desk.clock)
    look(desk, 90 * SECOND)
    [row] = Alarm.objects.filter(kind="schedule")
    assert "the freeze Sale" in alarms_said.said(row, "UTC").says
    Freeze.objects.all().delete()
    desk.do("publish", draft, ann)
    look(desk, 90 * SECOND)
    assert raised() == []


def test_a_source_that_cannot_be_read_is_told(empty_cache):
    ground = Ground()
    told = {"url": "https://cms.example", "options": {"types": "posts"}}
    source = Source.objects.create(site=ground.site, slug="blog", adapter="wordpress", **told)
    reads.note(source, "waiting", "503", ground.clock.now())
    look(ground)
    assert raised() == []
    look(ground, 301 * SECOND)
    assert raised() == [("source", "blog", "warning")]
    reads.note(source, "done", "", ground.clock.now() + SECOND)
    look(ground, 61 * SECOND)
    assert raised() == []
    Source.objects.update(sync_due=ground.clock.now() - 2 * HOUR)
    for _ in range(2):
        look(ground, 301 * SECOND)
    assert raised() == [("source", "blog", "warning")]


def test_a_kind_that_cannot_be_looked_for_leaves_its_alarms_and_the_others(
    monkeypatch, empty_cache
):
    ground = Ground()
    spoil(ground, 0, 1)
    look(ground)
    spoil(ground, 0, 40)
    look(ground, 30 * SECOND)
    broken = shelf["quarantine"].__class__(
        **{name: getattr(shelf["quarantine"], name) for name in shelf["quarantine"].__slots__
           if name != "look"}, look=lambda _: 1 / 0)  # fmt: skip
    monkeypatch.setitem(shelf._parts, "quarantine", broken)
    look(ground, DAY)
    assert raised() == [("quarantine", "", "critical")]


def test_doctor_and_news_tell_of_alarms(empty_cache):
    ground = Ground()
    look(ground)
    spoil(ground, 0, 40)
    look(ground, 30 * SECOND)
    told = doctor.examine()
    assert [one["kind"] for one in told["alarms"]] == ["quarantine"]
    assert any("40 of 40 events" in fault for fault in told["faults"])
    assert "alarm      critical: 40 of 40 events" in "\n".join(doctor.words(told))
