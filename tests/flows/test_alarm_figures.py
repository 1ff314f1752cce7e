"""Alarms about figures: quarantine, segments that jump, slots that fall back or fail."""

from __future__ import annotations

import asyncio

import pytest

from personalization.decisions.outcomes import Given
from personalization.decisions.turnstile import SPAN, Turnstile
from personalization.flows import alarms_said
from personalization.plant import places
from personalization.plant.clock import FixedClock
from personalization.plant.lookups import Lookups
from personalization.push import outbox
from personalization.segments.models import Member
from personalization.sites.alarms import Alarm
from tests.flows.ground import HOUR, SECOND, Ground
from tests.flows.shown import Shown
from tests.flows.watched import look, raised, spoil

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


def test_a_quarantine_that_fills_is_told_and_an_old_one_is_not(empty_cache):
    ground = Ground()
    spoil(ground, 10, 60)
    look(ground)
    assert raised() == []
    spoil(ground, 100, 19)
    look(ground, 30 * SECOND)
    assert raised() == []
    spoil(ground, 0, 30)
    look(ground, 30 * SECOND)
    assert raised() == [("quarantine", "", "warning")]
    [row] = Alarm.objects.filter(kind="quarantine")
    assert "49 of 149 events" in alarms_said.said(row, "UTC").says
    for _ in range(8):
        look(ground, 600 * SECOND)
    assert raised() == []


def filled(ground, key, count, first=0):
    Member.objects.bulk_create(
        Member(key=key, profile=f"{n:032x}", site_id=ground.site.pk, since=0)
        for n in range(first, first + count)
    )


def habit(ground, key, hours=8):
    """Let a segment breathe by a few people every ten minutes."""
    for n in range(hours * 6):
        Member.objects.filter(key=key, profile=f"{9_000:032x}").delete()
        if n % 2:
            filled(ground, key, 1, 9_000)
        look(ground, 600 * SECOND)


def test_a_segment_that_jumps_is_told_until_it_has_stayed_so_for_an_hour(empty_cache):
    ground = Ground()
    key = ground.segment("keen", {"event": "Seen"})
    filled(ground, key, 200)
    habit(ground, key, 4)
    assert raised() == []
    filled(ground, key, 400, 1_000)
    look(ground, 600 * SECOND)
    assert raised() == [("segment", "keen", "warning")]
    [row] = Alarm.objects.filter(kind="segment")
    assert (row.told["before"], row.told["now"]) == (
        pytest.approx(200, abs=1),
        pytest.approx(600, abs=1),
    )
    for _ in range(9):
        look(ground, 600 * SECOND)
    assert raised() == []
    Member.objects.filter(key=key).delete()
    look(ground, 600 * SECOND)
    assert raised() == [("segment", "keen", "warning")]


def test_a_new_segment_and_time_that_leaps_are_no_jump(empty_cache):
    ground = Ground()
    key = ground.segment("keen", {"event": "Seen"})
    for n in range(5):
        filled(ground, key, 300, n * 300)
        look(ground, 600 * SECOND)
    assert raised() == []
    habit(ground, key, 3)
    Member.objects.filter(key=key).delete()
    look(ground, 25 * HOUR)
    look(ground, 600 * SECOND)
    assert raised() == []


def turned(ground, at, **counts):
    """Count decisions as a web process does."""
    clock = FixedClock(at)

    async def go():
        turnstile = Turnstile(Lookups(places.database_url()), clock)
        reasons = {"chosen": "TARGETING_MATCH", "fallback": "DEFAULT", "error": "ERROR"}
        for outcome, many in counts.items():
            for _ in range(many):
                turnstile.note(ground.site.pk, "hero", reasons[outcome])
        await turnstile.stop()
        await turnstile._lookups.close()

    asyncio.run(go())


@pytest.fixture
def slotted(monkeypatch, child_env, empty_cache):
    monkeypatch.setenv("DATABASE_URL", child_env["DATABASE_URL"])
    ground = Shown()
    ground.put("hero", ("base",), [])
    return ground


def test_a_slot_that_falls_back_more_than_the_day_before_is_told(slotted):
    start = slotted.clock.instant
    turned(slotted, start - 12 * HOUR, chosen=280, fallback=20)
    turned(slotted, start, chosen=40, fallback=5)
    look(slotted)
    assert raised() == []
    turned(slotted, start, fallback=100)
    look(slotted, 30 * SECOND)
    assert raised() == [("fallback", "hero", "warning")]
    turned(slotted, start, fallback=1_000)
    look(slotted, 30 * SECOND)
    assert raised() == [("fallback", "hero", "critical")]
    told = [data for letter in outbox.news(100) for kind, data in letter.payload["news"]
            if kind == "alarm.raised"]  # fmt: skip
    assert [(one["reason"], one["slots"]) for one in told] == [("fallback", ["hero"])]


def test_a_slot_that_always_fell_back_is_no_alarm(slotted):
    start = slotted.clock.instant
    turned(slotted, start - 12 * HOUR, fallback=500)
    turned(slotted, start, fallback=500)
    look(slotted)
    assert raised() == []


def test_decisions_that_fail_are_told(slotted):
    turned(slotted, slotted.clock.instant, chosen=100, error=4)
    look(slotted)
    assert raised() == []
    turned(slotted, slotted.clock.instant, error=6)
    look(slotted, 30 * SECOND)
    assert raised() == [("decide", "hero", "warning")]
    for _ in range(2):
        look(slotted, 2 * HOUR)
    assert raised() == []


def test_the_turnstile_adds_up_over_processes_and_keeps_what_could_not_be_written(slotted):
    at = slotted.clock.instant
    turned(slotted, at, chosen=3, fallback=2)
    turned(slotted, at + SPAN - 1 - at % SPAN, chosen=4)
    rows = {(row.outcome, row.at): row.count for row in Given.objects.all()}
    assert rows == {("chosen", at - at % SPAN): 7, ("fallback", at - at % SPAN): 2}

    async def broken():
        turnstile = Turnstile(Lookups("postgresql://127.0.0.1:1/none"), FixedClock(at))
        turnstile.note(slotted.site.pk, "hero", "ERROR")
        await turnstile.stop()
        turnstile._lookups = Lookups(places.database_url())
        await turnstile.flush()
        await turnstile._lookups.close()

    asyncio.run(broken())
    assert Given.objects.get(outcome="error").count == 1
