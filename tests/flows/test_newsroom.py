"""News: exactly what was committed, also with a process killed, never against a person's will."""

from __future__ import annotations

from contextlib import suppress

import pytest
from django.db import transaction

from personalization.flows import newsroom
from personalization.plant.instants import to_text
from personalization.push.models import Delivery, News, Outbox
from tests.flows.ground import DAY, SECOND
from tests.flows.newsstand import BUYER, Newsstand, bodies
from tests.flows.test_triggers_killed import KilledError, dying_at
from tests.push.receivers import receiver

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_withdrawal_takes_news_back_before_they_leave(stand: Newsstand) -> None:
    with receiver() as heard:
        stand.endpoint(heard.url, sees_subjects=True)
        stand.buy("ann", "bob")
        stand.clock.instant += SECOND
        no = {"consent": {"categoryPreferences": {"personalization": False}}}
        stand.admit([{"type": "track", "event": "Left", "userId": "ann", "context": no,
                      "timestamp": to_text(stand.clock.now())}])  # fmt: skip
        stand.drain()
        stand.work()
    assert [said["data"]["subject"]["userId"] for said in bodies(heard)] == ["bob"]
    assert News.objects.filter(profile=stand.profile("ann")).count() == 0


def test_news_of_somebody_who_says_no_before_they_are_numbered_are_not_told(
    stand: Newsstand,
) -> None:
    stand.endpoint("http://127.0.0.1:9/", sees_subjects=True)
    now = to_text(stand.clock.now())
    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    stand.admit([{"type": "track", "event": "Bought", "userId": "ann", "timestamp": now}])
    stand.drain()
    stand.clock.instant += SECOND
    stand.admit([{"type": "track", "event": "Left", "userId": "ann", "context": no,
                  "timestamp": to_text(stand.clock.now())}])  # fmt: skip
    stand.number()
    assert News.objects.exclude(profile=None).count() == 0
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("lane", ["live", "import"])
def test_history_is_no_news(stand: Newsstand, lane: str) -> None:
    stand.endpoint("http://127.0.0.1:9/", sees_subjects=True)
    old = to_text(stand.clock.now() - DAY)
    stand.admit([{"type": "track", "event": "Bought", "userId": "ann", "timestamp": old}], lane)
    stand.drain(lane)
    stand.number()
    assert Delivery.objects.count() == 0


def test_a_rolled_back_transaction_tells_nothing(stand: Newsstand) -> None:
    before = Outbox.objects.count()
    stand.endpoint("http://127.0.0.1:9/")
    with suppress(ZeroDivisionError), transaction.atomic():
        stand.segment("never", BUYER)
        assert Outbox.objects.count() > before
        raise ZeroDivisionError
    stand.number()
    assert Outbox.objects.count() == before
    assert Delivery.objects.count() == 0


def test_killed_between_any_two_statements_the_newsroom_tells_once(
    stand: Newsstand, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand.endpoint("http://127.0.0.1:9/", sees_subjects=True)
    stand.admit([{"type": "track", "event": "Bought", "userId": "ann",
                  "timestamp": to_text(stand.clock.now())}])  # fmt: skip
    stand.drain()
    stand.segment("new", BUYER)
    kills = 0
    while True:
        with monkeypatch.context() as patched:
            dying_at(patched, kills)
            try:
                newsroom.step(stand.clock)
            except KilledError:
                kills += 1
                assert Delivery.objects.count() == 0
                continue
        break
    assert kills > 5
    assert newsroom.step(stand.clock) == 0
    types = sorted(d.payload["body"]["type"] for d in Delivery.objects.all())
    assert types == ["segment.changed", "segment.entered"]
