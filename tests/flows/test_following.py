"""One visitor followed: their own events, moves and segments in words, and nobody else's."""

import pytest

from personalization.flows import following, pulse
from tests.flows.ground import HOUR, SECOND, START, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

BUYER = {"event": "Order Completed", "within": "24h"}


@pytest.fixture
def ground():
    ground = Ground()
    ground.segment("buyer", BUYER)
    return ground


def seen(ground, name):
    return following.follow(ground.site, name, ground.clock.now())


def by(device, name, at=0, **properties):
    return {**track(name, None, at, **properties), "anonymousId": device}


def test_nobody_knows_who_never_came(ground):
    told = seen(ground, "nobody")
    assert (told["known"], told["events"], told["segments"]) == (False, [], [])


def test_events_moves_and_segments_are_told_with_their_reasons(ground):
    ground.clock.instant += 10 * SECOND
    ground.admit([by("device-1", "Order Completed", 1, revenue=50, secret="no")])
    ground.admit([by("device-2", "Product Viewed", 2)])
    ground.drain()
    told = seen(ground, "device-1")
    assert [(e["name"], e["seen"]) for e in told["events"]] == [
        ("Order Completed", {"revenue": 50})
    ]
    assert [(m["segment"], m["entered"], m["cause"]) for m in told["moves"]] == [
        ("buyer", True, "event")
    ]
    assert [s["slug"] for s in told["segments"]] == ["buyer"]
    assert told["due"] == START + 1 * SECOND + 24 * HOUR


def test_a_member_who_left_by_time_is_told_so(ground):
    ground.clock.instant += 10 * SECOND
    ground.admit([by("device-1", "Order Completed", 1)])
    ground.drain()
    ground.clock.instant += 25 * HOUR
    ground.fire()
    told = seen(ground, "device-1")
    assert told["segments"] == []
    assert (told["moves"][0]["entered"], told["moves"][0]["cause"]) == (False, "timer")


def test_a_known_user_can_be_followed_too(ground):
    ground.admit([track("Order Completed", "ada")])
    ground.drain()
    assert [s["slug"] for s in seen(ground, "ada")["segments"]] == ["buyer"]


def test_the_latest_visitors_are_those_who_are_here_not_those_of_an_import(ground):
    ground.clock.instant += 24 * HOUR
    ground.admit([by("long-ago", "Product Viewed", 0)], "import")
    ground.drain("import")
    now = (ground.clock.instant - START) // SECOND
    ground.admit([by("device-1", "Product Viewed", now)])
    ground.admit([by("device-2", "Product Viewed", now)])
    ground.drain()
    assert pulse.recent(ground.site.pk) in (["device-2", "device-1"], ["device-1", "device-2"])


def test_the_pulse_tells_what_waits_and_what_was_done(ground):
    ground.drain()
    ground.admit([by("device-1", "Product Viewed")])
    ground.clock.instant += 3 * SECOND
    waiting = pulse.beat(ground.site.pk, ground.clock.now())
    assert waiting["waits"]["live"] == pytest.approx(3)
    ground.drain()
    done = pulse.beat(ground.site.pk, ground.clock.now())
    assert (done["waits"], done["counters"]["applied"]) == ({}, 1)
