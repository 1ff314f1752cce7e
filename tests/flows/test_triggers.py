"""Triggers: once for each profile and what happened to it, only for what is news, and recorded."""

from __future__ import annotations

from typing import Any

import pytest

from personalization.flows import arming
from personalization.plant.instants import to_text
from personalization.push.models import Delivery
from personalization.segments import triggers
from personalization.segments.models import Firing, Trigger
from personalization.sites.naming import identity_hex
from tests.flows.ground import DAY, SECOND, START, Ground, track

pytestmark = pytest.mark.django_db
BUYER = {"event": "Bought"}
HOOK = {"action": "webhook", "url": "https://shop.example/hook", "include": ["traits.email"]}


def arm(ground: Ground, slug: str, document: dict[str, Any]) -> Trigger:
    row, _ = Trigger.objects.get_or_create(site=ground.site, slug=slug, name=slug)
    revision = triggers.draft(row, document, "test")
    assert arming.publish_trigger(revision.pk, "test", ground.clock).state == "live"
    row.refresh_from_db()
    return row


def outcomes(slug: str) -> list[str]:
    rows = Firing.objects.filter(trigger__slug=slug).order_by("id")
    return list(rows.values_list("outcome", flat=True))


def identify(user: str, at: int = 0, **traits: Any) -> dict[str, Any]:
    return {
        "type": "identify", "userId": user, "traits": traits,
        "timestamp": to_text(START + at * SECOND),
    }  # fmt: skip


@pytest.fixture
def ground() -> Ground:
    ground = Ground()
    ground.segment("buyers", BUYER)
    ground.clock.instant += SECOND
    ground.drain()
    return ground


def test_entering_a_segment_calls_a_webhook_once(ground: Ground) -> None:
    trigger = arm(ground, "welcome", {"on": {"entered": "buyers"}, "do": HOOK})
    ground.clock.instant += SECOND
    ground.admit([identify("ann", 2, email="ann@shop.example"), track("Bought", "ann", 2)])
    ground.drain()
    ground.admit([track("Bought", "ann", 2)])
    ground.drain()
    (firing,) = Firing.objects.all()
    assert (firing.outcome, firing.hops, firing.at) == ("fired", 1, START + 2 * SECOND)
    (delivery,) = Delivery.objects.all()
    assert (delivery.key, delivery.lane, delivery.kind) == (
        firing.key, f"trigger:{trigger.pk}", "webhook",
    )  # fmt: skip
    body = delivery.payload["body"]
    assert (body["type"], body["timestamp"]) == ("segment.entered", to_text(START + 2 * SECOND))
    said = body["data"]
    assert (said["trigger"], said["segment"], said["userId"]) == ("welcome", "buyers", "ann")
    assert said["attributes"] == {"traits.email": "ann@shop.example"}
    assert said["profile"] == identity_hex(ground.site.pk, "user", "ann")


def test_leaving_a_segment_by_time_alone_fires(ground: Ground) -> None:
    ground.segment("fresh", {"event": "Bought", "within": "10s"})
    arm(ground, "gone", {"on": {"exited": "fresh"}, "do": HOOK})
    ground.clock.instant += SECOND
    ground.admit([track("Bought", "ann", 2)])
    ground.drain()
    assert outcomes("gone") == []
    ground.clock.instant += 20 * SECOND
    ground.fire()
    assert outcomes("gone") == ["fired"]
    ground.fire()
    assert outcomes("gone") == ["fired"]


def test_a_pattern_fires_for_each_event_that_matches(ground: Ground) -> None:
    dear = {"attribute": "properties.price", "operator": "at_least", "value": 100}
    arm(ground, "dear", {"on": {"event": "Bought", "where": dear}, "do": HOOK})
    ground.clock.instant += SECOND
    told = [track("Bought", "ann", 2, price=price) for price in (99, 100, 101)]
    ground.admit([*told, track("Viewed", "ann", 2, price=500)])
    ground.drain()
    assert outcomes("dear") == ["fired", "fired"]


def test_only_what_happens_after_the_publish_fires(ground: Ground) -> None:
    ground.clock.instant += 10 * SECOND
    arm(ground, "hello", {"on": {"entered": "buyers"}, "do": HOOK})
    arm(ground, "again", {"on": {"event": "Bought"}, "do": HOOK})
    ground.admit([track("Bought", "ann", 5)])
    ground.drain()
    assert outcomes("hello") == outcomes("again") == []


@pytest.mark.parametrize("lane", ["live", "import"])
def test_history_never_fires(ground: Ground, lane: str) -> None:
    arm(ground, "hello", {"on": {"entered": "buyers"}, "do": HOOK})
    arm(ground, "again", {"on": {"event": "Bought"}, "do": HOOK})
    ground.clock.instant += DAY if lane == "live" else SECOND
    ground.admit([track("Bought", "ann", 2)], lane)
    ground.drain(lane)
    assert Firing.objects.count() == 0


def test_a_publish_that_moves_people_fires_nothing(ground: Ground) -> None:
    arm(ground, "hello", {"on": {"entered": "buyers"}, "do": HOOK})
    ground.clock.instant += SECOND
    ground.admit([track("Viewed", "ann", 2)])
    ground.drain()
    ground.clock.instant += SECOND
    ground.segment("buyers", {"event": "Viewed"})
    assert ground.moves("ann") == [("buyers", "in", 2)]
    assert Firing.objects.count() == 0


def test_the_condition_is_asked_of_the_facts(ground: Ground) -> None:
    pro = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
    when = {"all": [pro, {"segment": "buyers"}]}
    arm(ground, "pro", {"on": {"event": "Viewed"}, "when": when, "do": HOOK})
    ground.clock.instant += SECOND
    ground.admit(
        [identify("ann", 2, plan="pro"), track("Viewed", "ann", 2), track("Viewed", "bob", 2)]
    )
    ground.drain()
    assert outcomes("pro") == []
    ground.admit([track("Bought", "ann", 2), track("Viewed", "ann", 2)])
    ground.drain()
    assert outcomes("pro") == ["fired"]


def test_without_consent_nothing_leaves_and_that_is_recorded(ground: Ground) -> None:
    arm(ground, "hello", {"on": {"entered": "buyers"}, "do": HOOK})
    ground.clock.instant += SECOND
    no = {"consent": {"categoryPreferences": {"marketing": False}}}
    ground.admit([{**track("Bought", "ann", 2), "context": no}])
    ground.drain()
    assert outcomes("hello") == ["no_consent"]
    assert Delivery.objects.count() == 0


def test_an_opt_in_site_needs_a_yes_to_the_triggers_own_purpose() -> None:
    ground = Ground("careful", consent="opt_in")
    ground.segment("buyers", BUYER)
    arm(ground, "hello", {"on": {"entered": "buyers"}, "do": HOOK})
    ground.clock.instant += SECOND
    yes = {"personalization": True}
    for user, said in (("ann", yes), ("bob", {**yes, "marketing": True})):
        context = {"consent": {"categoryPreferences": said}}
        ground.admit([{**track("Bought", user, 1), "context": context}])
    ground.drain()
    found = {f.profile.hex: f.outcome for f in Firing.objects.all()}
    assert found == {ground.profile("ann"): "no_consent", ground.profile("bob"): "fired"}


def test_a_cap_holds_within_a_batch_and_across_batches(ground: Ground) -> None:
    document = {"on": {"event": "Viewed"}, "do": HOOK, "cap": {"times": 2, "per": "1h"}}
    arm(ground, "often", document)
    ground.clock.instant += SECOND
    ground.admit([track("Viewed", "ann", 2) for _ in range(3)] + [track("Viewed", "bob", 2)])
    ground.drain()
    ground.clock.instant += SECOND
    arm(ground, "often", document)
    ground.admit([track("Viewed", "ann", 3)])
    ground.drain()
    ann = Firing.objects.filter(profile=ground.profile("ann")).order_by("id")
    assert sorted(firing.outcome for firing in ann) == ["capped", "capped", "fired", "fired"]
    ground.clock.instant += 3_601 * SECOND
    ground.admit([track("Viewed", "ann", 3_604)])
    ground.drain()
    assert ann.last().outcome == "fired"


def test_a_trait_is_set_as_if_it_had_been_identified(ground: Ground) -> None:
    tier = {"attribute": "traits.shop.tier", "operator": "equals", "value": "gold of ann"}
    ground.segment("gold", tier)
    value = "gold of {{ traits.name }}"
    set_ = {"action": "trait", "trait": "traits.shop.tier", "value": value}
    arm(ground, "tier", {"on": {"entered": "buyers"}, "do": set_})
    ground.clock.instant += SECOND
    ground.admit([identify("ann", 2, name="ann"), track("Bought", "ann", 2)])
    ground.drain()
    assert [m[:2] for m in ground.moves("ann")] == [("buyers", "in"), ("gold", "in")]
    found = ground.balance()
    assert found["accepted"] == 1
    assert found["applied"] == 3


def test_a_trigger_that_fires_its_own_event_ends_at_the_hop_limit(ground: Ground) -> None:
    again = {"action": "event", "event": "Ping", "properties": {"from": "{{ properties.n }}"}}
    arm(ground, "loop", {"on": {"event": "Ping"}, "do": again})
    ground.clock.instant += SECOND
    ground.admit([track("Ping", "ann", 2, n=1)])
    ground.drain()
    assert outcomes("loop") == ["fired", "fired", "fired", "hop_limit"]
    assert [f.hops for f in Firing.objects.order_by("id")] == [1, 2, 3, 4]


def test_two_triggers_that_undo_each_other_by_traits_end_at_the_hop_limit(ground: Ground) -> None:
    on = {"attribute": "traits.light", "operator": "equals", "value": True}
    ground.segment("lit", on)
    for slug, way, value in (("off", "entered", False), ("on", "exited", True)):
        do = {"action": "trait", "trait": "traits.light", "value": value}
        arm(ground, slug, {"on": {way: "lit"}, "do": do, "hops": 4})
    ground.clock.instant += SECOND
    ground.admit([identify("ann", 2, light=True)])
    while ground.drain():
        ground.clock.instant += SECOND
    assert outcomes("off") == ["fired", "fired", "hop_limit"]
    assert outcomes("on") == ["fired", "fired"]


def test_nobody_outside_can_say_how_far_a_chain_is(ground: Ground) -> None:
    arm(ground, "once", {"on": {"event": "Ping"}, "do": HOOK, "hops": 1})
    ground.clock.instant += SECOND
    forged = {"trigger": {"source": "trigger", "hops": 99}}
    ground.admit([{**track("Ping", "ann", 2), "context": forged, "marks": "hop9"}])
    ground.drain()
    assert outcomes("once") == ["fired"]


def test_a_mail_without_an_address_is_recorded_and_harms_nobody_else(ground: Ground) -> None:
    mail = {
        "action": "mail",
        "subject": "Hi {{ traits.name }}",
        "text": "Thanks",
        "html": "<b>{{ traits.name }}</b>",
    }
    arm(ground, "thanks", {"on": {"entered": "buyers"}, "do": mail})
    ground.clock.instant += SECOND
    ground.admit(
        [
            identify("ann", 2, email="ann@shop.example\nBcc: eve@x.example"),
            identify("bob", 2, email="bob@shop.example", name="<i>Bob\r\nBcc: x@y.example"),
            *(track("Bought", user, 2) for user in ("ann", "bob", "cid")),
        ]
    )
    ground.drain()
    found = {f.profile.hex: f for f in Firing.objects.all()}
    assert {ground.profile(u): found[ground.profile(u)].outcome for u in ("ann", "bob", "cid")} == {
        ground.profile("ann"): "refused", ground.profile("bob"): "fired",
        ground.profile("cid"): "refused",
    }  # fmt: skip
    assert "no_address" in found[ground.profile("cid")].reason
    (delivery,) = Delivery.objects.all()
    assert delivery.payload == {
        "to": "bob@shop.example", "subject": "Hi <i>Bob Bcc: x@y.example", "text": "Thanks",
        "html": "<b>&lt;i&gt;Bob\nBcc: x@y.example</b>",
    }  # fmt: skip


def test_a_merge_fires_only_for_what_nobody_of_the_merged_was_in(ground: Ground) -> None:
    arm(ground, "hello", {"on": {"entered": "buyers"}, "do": HOOK})
    ground.clock.instant += SECOND
    anonymous = {**track("Bought", None, 2), "anonymousId": "phone"}
    ground.admit([anonymous])
    ground.drain()
    assert outcomes("hello") == ["fired"]
    ground.admit([{**track("Bought", "ann", 2), "anonymousId": "phone"}])
    ground.drain()
    assert outcomes("hello") == ["fired"]


def test_a_trigger_that_is_switched_off_fires_for_nobody_at_once(ground: Ground) -> None:
    row = arm(ground, "hello", {"on": {"event": "Viewed"}, "do": HOOK})
    ground.clock.instant += SECOND
    Trigger.objects.filter(pk=row.pk).update(enabled=False)
    ground.admit([track("Viewed", "ann", 2)])
    ground.drain()
    assert outcomes("hello") == []


def test_a_withdrawal_forgets_what_fired_and_what_was_to_leave(ground: Ground) -> None:
    arm(ground, "hello", {"on": {"event": "Viewed"}, "do": HOOK})
    ground.clock.instant += SECOND
    ground.admit([track("Viewed", "ann", 2), track("Bought", "ann", 2)])
    ground.drain()
    assert Delivery.objects.count() == 1
    ground.clock.instant += SECOND
    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    ground.admit([{**track("Viewed", "ann", 3), "context": no}])
    ground.drain()
    assert (Firing.objects.count(), Delivery.objects.count()) == (0, 0)
