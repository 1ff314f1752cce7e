"""Today's pages: what waits, what is next, what was lately, alarms; and the calendar's lanes."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from personalization.decisions import drafts as matrices
from personalization.flows import reviewing, undoing
from personalization.flows.kinds import KINDS
from personalization.flows.verbs import Ask
from personalization.plant.clock import system
from personalization.plant.instants import SECOND
from personalization.sites.alarms import Alarm, Vigil
from personalization.sites.models import AuditEntry, Publication
from personalization.sites.reviews import Freeze, Review, Schedule
from personalization.sites.roles import Caller
from rules import appointments
from tests import estate
from tests.estate import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.services]
ROOT = Caller("boss", None)
MATRIX = KINDS["matrix"]
DAY = 86_400 * SECOND


def page(client, name="desk:today", **asked):
    answer = client.get(reverse(name), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def alarm(site, kind="quarantine", **more):
    now = system.now()
    told = {"count": 30, "of": 40}
    fields = {"grade": "warning", "told": told, "since": now - 90 * SECOND, "seen_at": now,
              "raised_at": now, **more}  # fmt: skip
    return Alarm.objects.create(site=site, kind=kind, **fields)


def looked():
    """Nobody looks by itself in this test: somebody just did."""
    Vigil.objects.update_or_create(pk=1, defaults={"looked_at": system.now()})


def draft(mine, row="one", **active):
    document = estate.document(mine.slot.key)
    document["rows"][0] |= {"id": row, **({"active": active} if active else {})}
    return matrices.draft(mine.matrix, document, "ann")


def scheduled(mine, wall, zone="UTC", revision=None, **ask):
    revision = revision or draft(mine)
    reviewing.act(ROOT, "schedule", MATRIX, revision, Ask(at=wall, zone=zone, **ask), system)
    return revision


def wall(days, clock="09:00"):
    return appointments.wall(system.now() + days * DAY, "UTC")[:11] + clock


def test_login_leads_to_today(mine, django_user_model):
    user = django_user_model.objects.create_superuser("root", password="well hidden")
    answer = Client().post(
        "/admin/login/?next=/admin/", {"username": user, "password": "well hidden"}
    )
    assert answer.headers["Location"] == reverse("desk:today")
    answer = Client().post("/admin/login/?next=/admin/desk/runs/",
                           {"username": user, "password": "well hidden"})  # fmt: skip
    assert answer.headers["Location"] == "/admin/desk/runs/"
    assert Client().get("/").headers["Location"] == reverse("desk:today")


def test_what_waits_is_what_the_next_step_of_is_mine(mine):
    revision = draft(mine)
    reviewing.act(Caller("ann", None), "submit", MATRIX, revision, Ask(), system)
    assert "r3" in page(signed_in(mine, "reviewer")).split("waits-title")[2].split("</section>")[0]
    waits = page(signed_in(mine, "editor")).split("waits-title")[2].split("</section>")[0]
    assert "Nothing." in waits


def test_what_went_live_can_be_undone_where_the_thing_s_own_page_offers_it(mine):
    for role in ("viewer", "publisher"):
        told = page(signed_in(mine, role))
        undos = set(map(int, re.findall(r"/admin/desk/undo/(\d+)/", told)))
        now = system.now()
        offers = {
            offer.publication.pk
            for one in Publication.objects.all()
            if (offer := undoing.offered(one.kind, one.object_id, now))
        }
        assert undos == (offers if role == "publisher" else set())
        assert set(undoing.among(Publication.objects.all(), now)) == offers
    assert offers


def test_an_alarm_is_told_with_its_remedy_and_acknowledged_once(mine):
    looked()
    row = alarm(mine.site)
    client = signed_in(mine, "operator")
    told = page(client)
    assert "Quarantine grows" in told
    assert "30 of 40 events" in told
    assert "/admin/events/quarantined/" in told
    url = reverse("desk:acknowledge", args=[row.pk])
    client.post(url, {"note": "the new checkout"})
    client.post(url, {"note": "again"})
    row.refresh_from_db()
    assert (row.acknowledged_by, row.note) == ("a-operator", "the new checkout")
    assert AuditEntry.objects.filter(action="acknowledged").count() == 1
    assert "a-operator knows of it" in page(client)


def test_only_operators_acknowledge_and_only_what_they_see(mine):
    looked()
    row, other = alarm(mine.site), alarm(estate.found("other").site)
    viewer = signed_in(mine, "viewer")
    viewer.post(reverse("desk:acknowledge", args=[row.pk]))
    answer = signed_in(mine, "operator").post(reverse("desk:acknowledge", args=[other.pk]))
    assert answer.status_code == 404
    row.refresh_from_db()
    assert row.acknowledged_at is None
    told = page(viewer)
    assert told.count("Quarantine grows</strong>") == 1
    assert "I know of it" not in told


def test_somebody_who_opens_the_page_looks_where_nobody_else_does(mine, empty_cache):
    page(signed_in(mine, "viewer"))
    assert Vigil.objects.get().looked_at > system.now() - 60 * SECOND


def test_queries_stay_constant(mine):
    looked()
    client = signed_in(mine, "owner")

    def count(name):
        with CaptureQueriesContext(connection) as seen:
            page(client, name)
        return len(seen)

    before = {name: count(name) for name in ("desk:today", "desk:calendar", "desk:changes")}
    for n in range(4):
        revision = scheduled(mine, wall(n + 1))
        alarm(mine.site, subject=f"s{n}")
        Freeze.objects.create(site=mine.site, name=f"f{n}", start_at=system.now() + (n + 5) * DAY,
                              until_at=system.now() + (n + 9) * DAY)  # fmt: skip
    publish = Review.objects.filter(revision_id=revision.pk)
    assert publish.exists()
    after = {name: count(name) for name in before}
    assert all(after[name] <= before[name] + 3 for name in before), (before, after)
    assert max(after.values()) < 40


def entries(client, **asked):
    return page(client, "desk:calendar", **asked).split("list-title")[2]


def test_the_calendar_shows_appointments_in_the_zone_that_is_asked_for(mine):
    scheduled(mine, wall(2, "23:30"))
    client = signed_in(mine, "viewer")
    day = appointments.wall(system.now() + 3 * DAY, "UTC")[:10]
    told = entries(client, zone="Europe/Berlin", days="28")
    assert f"{day} 00:30 (Europe/Berlin, UTC+0" in told or f"{day} 01:30 (Europe/Berlin" in told
    told = page(client, "desk:calendar", zone="nowhere")
    assert "expected a zone like Europe/Berlin" in told


def test_two_appointments_of_one_slot_are_marked_and_the_older_one_too(mine):
    older, newer = draft(mine), draft(mine, "two")
    scheduled(mine, wall(3), revision=newer)
    Schedule.objects.create(
        review=Review.objects.get(kind="matrix", revision_id=older.pk), at=system.now() + 5 * DAY,
        zone="UTC", asked_by="ann", asked_at=0,
    )  # fmt: skip
    told = entries(signed_in(mine, "viewer"), days="28")
    assert "Two appointments: r3 takes its place" in told
    assert "r4 is newer and goes live first" in told


def test_an_appointment_in_a_freeze_is_marked_unless_it_overrides(mine):
    revision = scheduled(mine, wall(3))
    Freeze.objects.create(site=mine.site, name="Sale week", start_at=system.now() + 2 * DAY,
                          until_at=system.now() + 6 * DAY)  # fmt: skip
    client = signed_in(mine, "viewer")
    assert "The freeze Sale week holds it" in entries(client, days="28")
    Schedule.objects.filter(review__revision_id=revision.pk).update(overrides=True)
    assert "holds it" not in entries(client, days="28")


def test_a_row_s_window_that_never_happens_is_marked(mine):
    ends = appointments.wall(system.now() + 2 * DAY, "UTC")[:16]
    scheduled(mine, wall(4), revision=draft(mine, "sale", until=ends, zone="UTC"))
    told = entries(signed_in(mine, "viewer"), days="28")
    assert "sale -&gt; sale" in told
    assert "it never happens" in told


def test_clocks_that_change_are_named(mine):
    client = signed_in(mine, "viewer")
    asked = {"from": "2027-03-22", "days": "7", "zone": "Europe/Berlin"}
    assert "the clocks skip from 02:00 to 03:00" in page(client, "desk:calendar", **asked)
    asked["from"] = "2027-10-25"
    assert "the clocks go back from 03:00 to 02:00" in page(client, "desk:calendar", **asked)
    revision = draft(mine, "night", zone="Europe/Berlin", **{"from": "2027-03-28T02:30"})
    scheduled(mine, "2027-03-23T09:00", revision=revision)
    asked["from"] = "2027-03-22"
    assert "does not exist in Europe/Berlin" in entries(client, **asked)


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "9999-99-99"},
        {"from": "0001-01-01"},
        {"days": "1e9"},
        {"zone": "../../etc/passwd"},
    ],
)
def test_nonsense_is_answered_with_a_page(mine, asked):
    told = page(signed_in(mine, "viewer"), "desk:calendar", **asked)
    assert "<title>Calendar" in told
    assert ("expected a zone like Europe/Berlin" in told) is ("zone" in asked)


def test_lanes_of_other_sites_stay_hidden(mine):
    other = estate.found("other")
    scheduled(other, wall(2))
    told = page(signed_in(mine, "viewer"), "desk:calendar", days="28")
    assert "Nothing happens in these days." in told
