"""Schedules: once, at the time that is meant, whatever is edited, frozen or published before."""

from __future__ import annotations

import pytest

from personalization.flows import punctual
from personalization.sites.models import Publication
from personalization.sites.reviews import Freeze, Schedule
from rules import appointments
from tests.flows.desk import MINUTE, TIME, Desk, code

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_schedule_fires_once_at_its_time_in_its_zone(desk: Desk):
    draft = desk.draft()
    desk.do("schedule", draft, desk.who("ann"), at=TIME[0], zone=TIME[1])
    at = appointments.instant(*TIME)
    desk.clock.instant = at - 1
    assert punctual.step(desk.clock) == 0
    desk.clock.instant = at
    assert [punctual.step(desk.clock) for _ in range(3)] == [1, 0, 0]
    assert (desk.live(), desk.state(draft)) == (draft.number, "live")
    fired = Publication.objects.filter(kind="matrix", revision_id=draft.pk)
    assert [(one.way, one.asked_by) for one in fired] == [("schedule", "ann")]
    assert Schedule.objects.get().state == "fired"


def test_an_edited_schedule_fires_once_at_the_new_time(desk: Desk):
    draft, ann = desk.draft(), desk.who("ann")
    desk.do("schedule", draft, ann, at=TIME[0], zone=TIME[1])
    later = "2027-03-29T09:00"
    desk.do("schedule", draft, ann, at=later, zone=TIME[1])
    assert [one.state for one in Schedule.objects.order_by("pk")] == ["replaced", "waiting"]
    desk.clock.instant = appointments.instant(*TIME)
    assert punctual.step(desk.clock) == 0
    assert desk.live() == 1
    desk.clock.instant = appointments.instant(later, TIME[1])
    assert [punctual.step(desk.clock) for _ in range(2)] == [1, 0]
    assert desk.live() == draft.number
    assert Publication.objects.filter(revision_id=draft.pk, kind="matrix").count() == 1


def test_a_schedule_of_what_is_published_before_does_not_fire(desk: Desk):
    draft, ann = desk.draft(), desk.who("ann")
    desk.do("schedule", draft, ann, at=TIME[0], zone=TIME[1])
    desk.do("publish", draft, ann)
    desk.clock.instant = appointments.instant(*TIME) + 1
    assert punctual.step(desk.clock) == 0
    assert Publication.objects.filter(revision_id=draft.pk, kind="matrix").count() == 1


@pytest.mark.parametrize(
    ("at", "zone", "which", "wrong"),
    [
        ("2027-03-28T02:30", "Europe/Berlin", "", "gap"),
        ("2027-10-31T02:30", "Europe/Berlin", "", "twice"),
        ("2020-01-01T09:00", "Europe/Berlin", "", "past"),
        ("tomorrow", "Europe/Berlin", "", "time"),
        (TIME[0], "Mars/Olympus", "", "zone"),
    ],
)
def test_a_time_that_is_none_is_refused_and_nothing_is_scheduled(
    desk: Desk, at: str, zone: str, which: str, wrong: str
):
    draft = desk.draft()
    assert code("schedule", desk, draft, desk.who("ann"), at=at, zone=zone, which=which) == wrong
    assert (Schedule.objects.count(), desk.state(draft)) == (0, "draft")


def test_what_can_no_more_be_published_at_its_time_is_told_and_not_tried_again(desk: Desk):
    draft, ann = desk.draft(), desk.who("ann")
    desk.do("schedule", draft, ann, at=TIME[0], zone=TIME[1])
    desk.do("publish", desk.draft("bob"), ann)
    desk.clock.instant = appointments.instant(*TIME)
    assert [punctual.step(desk.clock) for _ in range(2)] == [1, 0]
    schedule = Schedule.objects.get()
    assert (schedule.state, desk.state(draft)) == ("failed", "draft")
    assert "r4" in schedule.error
    assert desk.live() == 4


def test_a_rule_that_became_stricter_meanwhile_holds_for_what_is_scheduled(desk: Desk):
    draft = desk.draft()
    desk.do("schedule", draft, desk.who("ann"), at=TIME[0], zone=TIME[1])
    desk.terms(approvals=1)
    desk.clock.instant = appointments.instant(*TIME)
    punctual.step(desk.clock)
    assert Schedule.objects.get().state == "failed"
    assert desk.live() == 1


def test_a_freeze_that_was_declared_later_holds_what_is_scheduled_into_it(desk: Desk):
    draft, ann = desk.draft(), desk.who("ann")
    desk.do("schedule", draft, ann, at=TIME[0], zone=TIME[1])
    at = appointments.instant(*TIME)
    Freeze.objects.create(site=desk.site, name="Audit", start_at=at, until_at=at + MINUTE)
    assert code("schedule", desk, draft, ann, at=TIME[0], zone=TIME[1]) == "frozen"
    desk.clock.instant = at
    punctual.step(desk.clock)
    assert (Schedule.objects.get().state, desk.live()) == ("failed", 1)
