"""Endpoints: exactly the committed news, signed, gathered, each to whom may know it."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as search
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from personalization.flows import newsroom
from personalization.plant.clock import system
from personalization.push import coalescing, deliveries, endpoints, news, secrets
from personalization.push.models import Delivery, Endpoint, News
from personalization.push.news import Told
from personalization.sites.models import AuditEntry
from tests.api.stage import Stage
from tests.flows.ground import SECOND
from tests.flows.newsstand import BUYER, Newsstand, bodies
from tests.push.receivers import raw, receiver
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_move_is_told_with_its_subject_and_the_standards_library_verifies_it(
    stand: Newsstand,
) -> None:
    with receiver() as heard:
        _, secret = stand.endpoint(heard.url, sees_subjects=True)
        stand.buy("ann")
        stand.work()
    ((headers, body),) = heard.requests
    said = Webhook(secret).verify(body, headers)
    assert said["type"] == "segment.entered"
    assert set(said) == {"type", "timestamp", "data"}
    profile = stand.profile("ann")
    assert said["data"]["subject"] == {"profile": profile, "userId": "ann"}
    assert said["data"]["segments"] == ["buyers"]
    assert said["data"]["reason"] == "event"
    assert said["data"]["purge"] == {"tags": [], "urls": []}


def test_a_publish_is_told_thinly(stand: Newsstand) -> None:
    with receiver() as heard:
        stand.endpoint(heard.url)
        stand.segment("buyers", {"event": "Bought", "within": "1d"})
        stand.work()
    (said,) = bodies(heard)
    number = said["data"].pop("generation")
    assert number > 1
    assert said == {
        "type": "segment.changed",
        "timestamp": said["timestamp"],
        "data": {
            "segments": ["buyers"],
            "slots": [],
            "purge": {"tags": ["segment:buyers"], "urls": []},
            "reason": "rule_published",
        },
    }


def test_slots_and_variants_are_told_with_their_tags(
    monkeypatch: pytest.MonkeyPatch, empty_cache: Any
) -> None:
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    stage = Stage()
    newsroom.step(system)
    told = {item.type: item.data for item in news.read(stage.site.pk, 0, [], 100)}
    assert told["slot.changed"]["slots"] == ["hero"]
    assert told["slot.changed"]["reason"] == "matrix_published"
    assert told["variant.published"]["purge"]["tags"] == ["slot:hero", "variant:sale"] or (
        "slot:hero" in told["variant.published"]["purge"]["tags"]
    )
    stage.segment("keen", {"event": "Viewed", "within": "2h"})
    newsroom.step(system)
    last = news.read(stage.site.pk, 0, ["segment.changed"], 100)[-1].data
    assert last["segments"] == ["keen"]
    assert last["slots"] == ["hero"]
    assert last["purge"]["tags"] == ["segment:keen", "slot:hero"]


def test_a_subject_never_goes_to_who_may_not_see_subjects(stand: Newsstand) -> None:
    with receiver() as blind, receiver() as seeing:
        stand.endpoint(blind.url)
        stand.endpoint(blind.url, types=["segment.entered", "segment.exited"])
        row, _ = stand.endpoint(seeing.url, sees_subjects=True)
        stand.buy("ann", "bob")
        row.sees_subjects = False
        endpoints.save(row, stand.clock.now())
        stand.work()
        assert seeing.requests == []
        assert blind.requests == []
        assert set(Delivery.objects.values_list("state", flat=True)) == {"dropped"}
        stand.segment("new", BUYER)
        stand.work()
    assert all("subject" not in said["data"] for said in bodies(blind) + bodies(seeing))
    assert len(bodies(blind)) == 1


def test_moves_are_never_gathered_and_the_rest_is(stand: Newsstand) -> None:
    with receiver() as heard:
        stand.endpoint(heard.url, sees_subjects=True)
        stand.buy("ann", "bob", "cid")
        for number in range(4):
            stand.segment(f"s{number}", BUYER)
            stand.number()
        stand.work()
    told = bodies(heard)
    moved = [s["data"]["subject"]["userId"] for s in told if s["type"] == "segment.entered"]
    assert sorted(moved) == ["ann", "bob", "cid"]
    (changed,) = [said for said in told if said["type"] == "segment.changed"]
    assert changed["data"]["segments"] == ["s0", "s1", "s2", "s3"]
    newest = News.objects.filter(type="segment.changed").order_by("number").last()
    assert newest is not None
    assert changed["data"]["generation"] == newest.data["generation"]


def test_what_was_tried_once_is_never_added_to(stand: Newsstand) -> None:
    with receiver(lambda number: (500 if number == 1 else 200, {})) as heard:
        stand.endpoint(heard.url)
        stand.segment("one", BUYER)
        stand.work()
        stand.segment("two", BUYER)
        stand.work()
        stand.clock.instant += 10 * SECOND
        stand.work()
    told = [(h["webhook-id"], json.loads(b)["data"]["segments"]) for h, b in heard.requests]
    assert [names for _, names in told] == [["one"], ["two"], ["one"]]
    assert told[0][0] == told[2][0] != told[1][0]


def test_what_is_replayed_is_never_added_to(stand: Newsstand) -> None:
    with receiver() as heard:
        stand.endpoint(heard.url)
        stand.segment("one", BUYER)
        stand.work()
        deliveries.replay(Delivery.objects.values_list("pk", flat=True), stand.clock.now())
        stand.segment("two", BUYER)
        stand.work()
    told = sorted(said["data"]["segments"] for said in bodies(heard))
    assert told == [["one"], ["one"], ["two"]]


PIECES = st.lists(
    st.tuples(st.sampled_from(["segment.changed", "slot.changed"]), st.integers(1, 5)), max_size=3
)


@search(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(rounds=st.lists(st.tuples(PIECES, st.booleans()), min_size=1, max_size=6))
def test_an_endpoint_hears_all_that_happened_however_it_was_gathered(
    stand: Newsstand, rounds: Any
) -> None:
    """Rounds of news, some followed by attempts: what was heard is what was said, and no more."""
    Endpoint.objects.all().delete()
    Delivery.objects.all().delete()
    row, _ = stand.endpoint("http://127.0.0.1:9/")
    said: dict[str, set[str]] = {}
    heard: dict[str, set[str]] = {}
    newest: dict[str, int] = {}
    for pieces, tries in [*rounds, ([], True)]:
        told = []
        for kind, number in pieces:
            name = f"n{number}"
            newest[kind] = max(number, newest.get(kind, 0))
            said.setdefault(kind, set()).add(name)
            told.append(Told(kind, stand.clock.now(), coalescing.thin(number, "x", slots=[name])))
        if told:
            endpoints.post(stand.site.pk, news.number(stand.site.pk, told), stand.clock.now())
        waiting = Delivery.objects.filter(state="waiting", attempts=0)
        assert waiting.count() <= 2
        if tries:
            for load in deliveries.take(stand.clock.now() + endpoints.WINDOW, 99, 99, {}):
                body = load.payload["body"]
                heard.setdefault(body["type"], set()).update(body["data"]["slots"])
    assert heard == said
    last = {
        d.payload["body"]["type"]: d.payload["body"]["data"]["generation"]
        for d in Delivery.objects.filter(lane=row.lane).order_by("-id")
    }
    assert all(generation <= newest[kind] for kind, generation in last.items())


def test_an_endpoint_that_says_gone_is_switched_off_and_the_audit_says_so(
    stand: Newsstand,
) -> None:
    with receiver(lambda _: (410, {})) as heard:
        row, _ = stand.endpoint(heard.url)
        stand.segment("one", BUYER)
        stand.work()
        stand.segment("two", BUYER)
        stand.work()
        assert len(heard.requests) == 1
    row.refresh_from_db()
    assert (row.enabled, row.disabled_because, row.failures) == (False, "410 Gone", 1)
    actions = list(AuditEntry.objects.filter(actor="courier").values_list("action", flat=True))
    assert sorted(actions) == ["dead letter", "switched off"]
    row.enabled = True
    endpoints.save(row, stand.clock.now())
    assert row.disabled_because == ""


def test_health_counts_failures_in_a_row_and_the_dead_letter_is_replayed(stand: Newsstand) -> None:
    good = threading.Event()
    with receiver(lambda _: (200 if good.is_set() else 503, {"X-Why": "busy"})) as heard:
        row, _ = stand.endpoint(heard.url)
        stand.segment("one", BUYER)
        stand.work()
        (delivery,) = Delivery.objects.all()
        assert delivery.headers["x-why"] == "busy"
        while delivery.state == "waiting":
            stand.clock.instant = delivery.due
            stand.work()
            delivery.refresh_from_db()
        row.refresh_from_db()
        assert (delivery.state, row.failures) == ("dead", len(deliveries.PAUSES) + 1)
        assert row.last_success is None
        assert AuditEntry.objects.filter(action="dead letter").count() == 1
        good.set()
        deliveries.replay([delivery.pk], stand.clock.now())
        stand.work()
    row.refresh_from_db()
    assert (row.failures, row.last_success is None) == (0, False)
    assert len(set(heard.ids)) == 1


def test_a_moved_endpoint_gets_what_has_not_arrived(stand: Newsstand) -> None:
    with receiver() as heard:
        row, _ = stand.endpoint("http://127.0.0.1:9/")
        stand.segment("one", BUYER)
        stand.number()
        row.url = heard.url
        endpoints.save(row, stand.clock.now())
        stand.work()
        assert len(heard.requests) == 1


def test_a_ping_goes_even_to_who_is_off(stand: Newsstand) -> None:
    with receiver() as heard:
        row, secret = stand.endpoint(heard.url, enabled=False)
        key = endpoints.ping(row, stand.clock.now())
        stand.work()
    ((headers, body),) = heard.requests
    assert headers["webhook-id"] == key
    assert Webhook(secret).verify(body, headers)["type"] == "ping"


def test_while_a_secret_rotates_both_verify(stand: Newsstand) -> None:
    with receiver() as heard:
        row, old = stand.endpoint(heard.url)
        new = secrets.renew(row.lane, stand.clock.now())
        endpoints.ping(row, stand.clock.now())
        stand.work()
    ((headers, body),) = heard.requests
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Webhook(secret).verify(body, headers)


def test_one_slow_endpoint_delays_nobody(stand: Newsstand) -> None:
    with raw(hold=True) as silent, receiver() as prompt:
        stand.endpoint(silent, sees_subjects=True)
        stand.endpoint(prompt.url, sees_subjects=True)
        users = [f"u{number}" for number in range(30)]
        stand.buy(*users)
        until(lambda: (stand.courier.turn(), len(prompt.requests) == 30)[1])
        assert Delivery.objects.filter(state="done").count() <= 30
    told = [said["data"]["subject"]["userId"] for said in bodies(prompt)]
    assert sorted(told) == sorted(users)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
        "http://0177.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/",
        "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://localhost/",
        "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/", "http://[fd00::1]/",
        "http://192.168.0.1/", "http://100.64.0.1/", "http://[fe80::1]/", "http://172.16.0.1/",
    ],
)  # fmt: skip
def test_an_endpoint_inside_is_never_called(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", [])
    row, _ = stand.endpoint(url)
    endpoints.ping(row, stand.clock.now())
    stand.work()
    (delivery,) = Delivery.objects.all()
    assert (delivery.state, delivery.error, delivery.status) in {
        ("dead", "forbidden", None),
        ("waiting", "unreachable", None),
    }
