"""The courier goes on: a fault of ours, a stumble of the database, and those who answer late."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from personalization.push import deliveries
from personalization.push.courier import EACH, LATE, Courier, signing
from personalization.push.deliveries import Draft
from personalization.push.models import Delivery
from personalization.push.registry import Outcome
from tests.push.receivers import receiver
from tests.push.test_courier import Office, office

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["office"]


def test_what_cannot_be_made_ready_or_told_harms_only_itself(office: Office) -> None:
    """A fault of ours in what is asked before an attempt, or after it, costs that delivery."""
    told = []

    def permit(load: Any) -> bool:
        return bool(load.payload["body"]["type"])

    def equip(load: Any) -> Any:
        return signing(load) if load.key != "unequipped" else load.payload["nothing"]

    def tell(load: Any, outcome: Any) -> None:
        told.append((load.key, outcome.state, outcome.error))
        if load.key == "untold":
            raise RuntimeError(load.key)

    office.courier = Courier(office.clock, permit, tell, equip)
    with receiver() as heard:
        draft = Draft("unreadable", "trigger:1", "webhook", {"url": heard.url})
        deliveries.write(office.site.pk, [draft], office.clock.now())
        for key in ("unequipped", "untold", "fine"):
            office.send(key, heard.url)
        office.work()
    ends = {row.key: (row.state, row.error) for row in Delivery.objects.all()}
    assert ends == {
        "unreadable": ("waiting", "unworkable"), "unequipped": ("waiting", "unworkable"),
        "untold": ("done", ""), "fine": ("done", ""),
    }  # fmt: skip
    assert sorted(heard.ids) == ["fine", "untold"]
    assert office.courier.idle


def test_a_database_that_stumbles_before_attempts_takes_nobodys_share(office: Office) -> None:
    def permit(_: Any) -> bool:
        raise OperationalError

    office.courier = Courier(office.clock, permit, office._told)
    office.send("one", "http://127.0.0.1:9/")
    for _ in range(EACH + 1):
        with pytest.raises(OperationalError):
            office.courier.turn()
        office.clock.instant += deliveries.LEASE
    assert office.courier.idle


def test_who_answers_late_shares_hands_with_the_silent(office: Office) -> None:
    for ms, slow in ((LATE + 1, True), (5, False)):
        office.send(f"k{ms}", "http://127.0.0.1:9/")
        (load,) = deliveries.take(office.clock.now(), 9, 9, {})
        office.courier._busy[load.lane] += 1
        office.courier._settle(load, Outcome("done", "", 200, ms))
        assert (load.lane in office.courier._slow) is slow
