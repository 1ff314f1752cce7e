"""The courier: signed, tried for three days under one id, each lane for itself, recorded."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from standardwebhooks.webhooks import Webhook

from personalization.plant.clock import FixedClock
from personalization.push import deliveries, secrets
from personalization.push.courier import EACH, HANDS, SLOW, Courier
from personalization.push.deliveries import PAUSES, Draft
from personalization.push.models import Delivery
from personalization.sites.models import Site
from tests.push.receivers import mailbox, raw, receiver
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = 1_000_000
AT = 1_790_000_000 * SECOND
BODY = {"type": "segment.entered", "data": {"userId": "änn"}}


class Office:
    """A courier turned by hand, on a clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.clock = FixedClock(AT)
        self.site = Site.objects.create(slug="shop", name="Shop")
        self.permitted = True
        self.heard: list[tuple[str, str]] = []
        self.courier = self.another()

    def another(self) -> Courier:
        return Courier(self.clock, lambda _: self.permitted, self._told)

    def _told(self, load: Any, outcome: Any) -> None:
        self.heard.append((load.key, outcome.state))

    def send(self, key: str, url: str, lane: str = "trigger:1") -> str:
        secret = secrets.renew(lane, self.clock.now())
        payload = {"url": url, "body": BODY}
        deliveries.write(self.site.pk, [Draft(key, lane, "webhook", payload)], self.clock.now())
        return secret

    def work(self) -> None:
        """Turn until nothing is due or under way."""
        until(lambda: self.courier.turn() == 0 and self.courier.idle)

    def row(self, key: str) -> Delivery:
        return Delivery.objects.get(key=key)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", ["127.0.0.0/8"])
    office = Office()
    yield office
    office.courier._hands.shutdown()


def verified(secret: str, headers: dict[str, str], body: bytes, now: int) -> Any:
    """What the standard's own library says of a delivery; it knows one clock, the machine's."""
    judge = Webhook(secret)
    told = {**headers, "webhook-timestamp": headers["webhook-timestamp"]}
    signed = judge.sign(told["webhook-id"], _moment(now), body.decode())
    assert signed in told["webhook-signature"].split(" ")
    assert told["webhook-timestamp"] == str(now // SECOND)


def _moment(now: int) -> Any:
    return datetime.fromtimestamp(now // SECOND, UTC)


def test_a_delivery_is_signed_as_the_standards_library_signs_it(office: Office) -> None:
    with receiver() as heard:
        secret = office.send("one", heard.url)
        office.work()
    ((headers, body),) = heard.requests
    assert headers["webhook-id"] == "one"
    verified(secret, headers, body, AT)
    row = office.row("one")
    assert (row.state, row.status, row.attempts, row.ended_at) == ("done", 204, 1, AT)
    assert office.heard == [("one", "done")]


def test_the_library_verifies_what_we_send_now(office: Office) -> None:
    office.clock.instant = int(time.time()) * SECOND
    with receiver() as heard:
        secret = office.send("one", heard.url)
        office.work()
    ((headers, body),) = heard.requests
    assert Webhook(secret).verify(body, headers) == BODY


def test_while_a_secret_is_renewed_both_sign_for_a_day(office: Office) -> None:
    with receiver() as heard:
        old = office.send("one", heard.url)
        new = office.send("two", heard.url)
        office.work()
        office.clock.instant += 86_400 * SECOND
        deliveries.replay([office.row("one").pk], office.clock.now())
        office.work()
    for headers, body in heard.requests[:2]:
        for secret in (old, new):
            verified(secret, headers, body, AT)
    assert len(heard.requests[2][0]["webhook-signature"].split(" ")) == 1


def test_the_schedule_is_followed_under_one_id_and_ends_in_a_dead_letter(office: Office) -> None:
    with receiver(lambda _: (500, {})) as heard:
        office.send("one", heard.url)
        office.work()
        for number, seconds in enumerate(PAUSES, 1):
            row = office.row("one")
            assert (row.state, row.attempts) == ("waiting", number)
            waits = row.due - office.clock.now()
            assert seconds * SECOND <= waits <= 1.2 * seconds * SECOND
            office.clock.instant = row.due - 1
            office.work()
            assert len(heard.requests) == number
            office.clock.instant += 1
            office.work()
        row = office.row("one")
        assert (row.state, row.attempts, row.error) == ("dead", len(PAUSES) + 1, "status 500")
        assert set(heard.ids) == {"one"}
        stamps = [int(headers["webhook-timestamp"]) for headers, _ in heard.requests]
        assert stamps == sorted(set(stamps))
    assert sum(PAUSES) > 3 * 86_400


def test_a_dead_letter_is_replayed_under_its_id(office: Office) -> None:
    with receiver(lambda number: (410 if number == 1 else 200, {})) as heard:
        office.send("one", heard.url)
        office.work()
        assert (office.row("one").state, office.row("one").error) == ("dead", "gone")
        assert deliveries.dead() == 1
        assert deliveries.replay([office.row("one").pk], office.clock.now()) == 1
        office.work()
    assert office.row("one").state == "done"
    assert heard.ids == ["one", "one"]


@pytest.mark.parametrize(
    ("said", "least"),
    [
        ("700", 700),
        (formatdate(AT // SECOND + 1_000, usegmt=True), 1_000),
        ("soon", 5),
        ("9" * 5_000, 86_400),
        ("-7", 5),
        ("7.5", 5),
    ],
)
def test_what_a_receiver_asks_for_is_waited_for(office: Office, said: str, least: int) -> None:
    with receiver(lambda _: (429, {"Retry-After": said})) as heard:
        office.send("one", heard.url)
        office.work()
    waits = (office.row("one").due - AT) / SECOND
    assert least <= waits <= 1.2 * least


def test_a_redirect_is_a_failure(office: Office) -> None:
    with receiver(lambda _: (301, {"Location": "http://127.0.0.1:1/"})) as heard:
        office.send("one", heard.url)
        office.work()
    assert office.row("one").error == "status 301"


def test_an_address_of_the_inside_is_dead_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OUTGOING_ALLOW", [])
    with receiver() as heard:
        office.send("one", heard.url)
        office.work()
        assert heard.requests == []
    assert (office.row("one").state, office.row("one").error) == ("dead", "forbidden")


def test_what_is_no_longer_permitted_does_not_leave(office: Office) -> None:
    office.permitted = False
    with receiver() as heard:
        office.send("one", heard.url)
        office.work()
        assert heard.requests == []
    assert office.row("one").state == "dropped"


def test_silent_receivers_delay_nobody_else(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sixty lanes hang and never answer; a prompt one is served while they do."""
    hanging = threading.Event()
    with raw(hold=True) as silent, receiver() as prompt:
        for lane in range(60):
            for number in range(3):
                office.send(f"s{lane}-{number}", silent, f"silent:{lane}")
        office.courier._slow.update(f"silent:{lane}" for lane in range(60))
        office.courier.turn()
        assert 0 < sum(office.courier._busy.values()) <= HANDS
        for number in range(4):
            office.send(f"p{number}", prompt.url, "prompt")
        until(lambda: (office.courier.turn(), len(prompt.requests) == 4)[1])
        busy = [lane for lane in office.courier._busy if lane.startswith("silent")]
        assert len(busy) >= 1
    hanging.set()


def test_a_lane_gets_no_more_than_its_share(office: Office) -> None:
    with raw(hold=True) as silent:
        for number in range(20):
            office.send(f"{number:02}", silent)
        office.courier.turn()
        office.courier.turn()
        assert office.courier._busy["trigger:1"] == EACH
        assert SLOW < HANDS


def test_two_couriers_never_take_the_same_and_a_dead_ones_share_comes_back(
    office: Office,
) -> None:
    office.send("one", "http://127.0.0.1:9/")
    now = office.clock.now()
    assert [load.key for load in deliveries.take(now, 9, 9, {})] == ["one"]
    assert deliveries.take(now, 9, 9, {}) == []
    office.clock.instant += deliveries.LEASE
    again = deliveries.take(office.clock.now(), 9, 9, {})
    assert [(load.key, load.attempt) for load in again] == [("one", 2)]


def test_a_lane_where_many_wait_costs_no_more_to_look_past(office: Office) -> None:
    many = [Draft(f"k{n}", "full", "webhook", {"url": "", "body": 0}) for n in range(20_000)]
    deliveries.write(office.site.pk, many, AT)
    office.send("one", "http://127.0.0.1:9/", "other")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE push_delivery")
    loads = deliveries.take(AT, 50, EACH, {"full": 0})
    assert [load.key for load in loads] == ["one"]


def test_a_mail_leaves_with_the_same_message_id_every_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = {
        "to": "ann@shop.example",
        "subject": "Grüße",
        "text": "Hallo",
        "html": "<b>Hallo</b>",
    }
    with mailbox() as (port, kept):
        monkeypatch.setattr(
            settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"
        )
        monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
        monkeypatch.setattr(settings, "EMAIL_PORT", port)
        deliveries.write(office.site.pk, [Draft("m", "trigger:1", "mail", payload)], AT)
        office.work()
        deliveries.replay([office.row("m").pk], AT)
        office.work()
    assert [mail["To"] for mail in kept] == ["ann@shop.example"] * 2
    assert len({mail["Message-ID"] for mail in kept}) == 1
    plain, rich = kept[0].get_payload()
    assert plain.get_payload(decode=True).strip() == b"Hallo"
    assert rich.get_payload(decode=True).strip() == b"<b>Hallo</b>"


@pytest.mark.parametrize(("code", "state"), [(550, "dead"), (451, "waiting")])
def test_a_mail_server_that_says_never_is_believed(
    office: Office, monkeypatch: pytest.MonkeyPatch, code: int, state: str
) -> None:
    payload = {"to": "ann@shop.example", "subject": "Hi", "text": "Hi"}
    with mailbox({"ann@": code}) as (port, _):
        monkeypatch.setattr(
            settings, "EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"
        )
        monkeypatch.setattr(settings, "EMAIL_HOST", "127.0.0.1")
        monkeypatch.setattr(settings, "EMAIL_PORT", port)
        deliveries.write(office.site.pk, [Draft("m", "trigger:1", "mail", payload)], AT)
        office.work()
    assert (office.row("m").state, office.row("m").error) == (state, f"smtp {code}")


def test_what_ended_is_kept_for_thirty_days(office: Office) -> None:
    with receiver() as heard:
        office.send("one", heard.url)
        office.work()
    assert deliveries.sweep(AT + 29 * 86_400 * SECOND) == 0
    assert deliveries.sweep(AT + 31 * 86_400 * SECOND) == 1
