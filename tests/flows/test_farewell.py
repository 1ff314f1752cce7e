"""Farewell: a CMS that was told of somebody is told to forget them, once."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from personalization.push.models import Delivery
from personalization.segments.models import Firing
from tests.flows.ground import SECOND, START, Ground, track
from tests.flows.test_triggers import arm, identify

pytestmark = pytest.mark.django_db
URL = "https://cms.example/wp-json/pzsrv/v1/hook"
NO = {"consent": {"categoryPreferences": {"personalization": False}}}
HASH = sha256(b"ann@shop.example").hexdigest()


@pytest.fixture
def ground() -> Ground:
    ground = Ground()
    ground.segment("buyers", {"event": "Bought"})
    ground.clock.instant += SECOND
    ground.drain()
    do = {"action": "cms_profile", "url": URL}
    arm(ground, "back", {"on": {"entered": "buyers"}, "purpose": "personalization", "do": do})
    ground.clock.instant += SECOND
    return ground


def said() -> list[dict[str, Any]]:
    return [delivery.payload["body"] for delivery in Delivery.objects.order_by("id")]


def test_a_move_is_written_to_the_cms_with_nothing_else_of_the_person(ground: Ground) -> None:
    ground.admit([identify("ann", 2, email=" Ann@Shop.example"), track("Bought", "ann", 2)])
    ground.drain()
    (body,) = said()
    assert body["type"] == "profile.segment"
    assert body["data"] == {
        "trigger": "back", "revision": 1, "userId": "ann", "emailHash": HASH,
        "segment": "buyers", "entered": True, "sequence": START + 2 * SECOND,
    }  # fmt: skip


def test_a_visitor_no_cms_knows_is_refused(ground: Ground) -> None:
    nobody = {**track("Bought", "ann", 2), "anonymousId": "5f1c3f5e"}
    del nobody["userId"]
    ground.admit([nobody])
    ground.drain()
    assert Delivery.objects.count() == 0
    (firing,) = Firing.objects.all()
    assert (firing.outcome, firing.reason.partition(":")[0]) == ("refused", "anonymous")


def test_who_says_no_is_forgotten_by_the_cms_and_nothing_else_is_left(ground: Ground) -> None:
    ground.admit([identify("ann", 2, email="ann@shop.example"), track("Bought", "ann", 2)])
    ground.drain()
    ground.clock.instant += SECOND
    ground.admit([{**track("Viewed", "ann", 3), "context": NO}])
    ground.drain()
    (delivery,) = Delivery.objects.all()
    assert (delivery.lane.partition(":")[0], delivery.state) == ("farewell", "waiting")
    assert delivery.payload["url"] == URL
    body = delivery.payload["body"]
    assert body["type"] == "profile.forgotten"
    assert body["data"]["sequence"] >= START + 2 * SECOND
    assert {k: v for k, v in body["data"].items() if k != "sequence"} == {
        "userId": "ann", "emailHash": HASH,
    }  # fmt: skip
    ground.clock.instant += SECOND
    ground.admit([{**track("Viewed", "ann", 4), "context": NO}])
    ground.drain()
    assert Delivery.objects.count() == 1


def test_who_was_never_written_is_not_named_to_any_cms(ground: Ground) -> None:
    ground.admit([track("Viewed", "bob", 2)])
    ground.drain()
    ground.admit([{**track("Viewed", "bob", 3), "context": NO}])
    ground.drain()
    assert Delivery.objects.count() == 0
