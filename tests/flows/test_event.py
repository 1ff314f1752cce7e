"""The event's walk: admitted once, folded in event time, joined, refused, and never stuck."""

from __future__ import annotations

import pytest

from personalization.flows import recording, refolding
from personalization.flows.loop import Loop
from personalization.profiles.models import Identity, Profile
from personalization.segments.models import Member, Timer
from personalization.sites.naming import identity_hex
from tests.flows.ground import DAY, HOUR, START, Ground, track

pytestmark = pytest.mark.django_db(transaction=True)

KEEN = {"event": "Product Viewed", "within": "24h", "operator": "at_least", "value": 3}
ABANDONS = {
    "same": "properties.product_id",
    "within": "24h",
    "all": [KEEN, {"event": "Product Added"}, {"not": {"event": "Product Bought"}}],
}


@pytest.fixture
def ground() -> Ground:
    return Ground()


def views(user: str, *seconds: int, **more: object) -> list[dict[str, object]]:
    return [
        track("Product Viewed", user, s, **more) | {"messageId": f"{user}-{s}-{more}"}
        for s in seconds
    ]


def test_a_third_view_enters_and_the_day_after_the_first_one_leaves(ground: Ground) -> None:
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    ground.admit(views("ada", 0, 10, 20))
    assert ground.drain() == 3
    assert ground.moves("ada") == [("keen", "in", 20)]
    assert Member.objects.count() == 1
    assert Timer.objects.get().due == START + DAY
    ground.clock.instant = START + DAY
    refolding.due(ground.clock)
    assert ground.moves("ada") == [("keen", "in", 20), ("keen", "out", 86_400)]
    assert not Member.objects.exists()


def test_buying_the_thing_leaves_the_segment(ground: Ground) -> None:
    ground.segment("abandons", ABANDONS)
    ground.clock.instant += HOUR
    ground.admit(
        [
            *views("ada", 0, 1, 2, product_id="boot"),
            track("Product Added", "ada", 3, product_id="boot"),
        ]
    )
    ground.drain()
    assert ground.moves("ada") == [("abandons", "in", 3)]
    ground.admit([track("Product Bought", "ada", 60, product_id="boot")])
    ground.drain()
    assert ground.moves("ada") == [("abandons", "in", 3), ("abandons", "out", 60)]


def test_a_message_counts_once_however_often_it_comes(ground: Ground) -> None:
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    ground.admit(views("ada", 0, 10) * 3)
    ground.drain()
    ground.admit(
        [*views("ada", 0, 10), track("Product Viewed", "ada", 99) | {"messageId": "ada-0-{}"}]
    )
    ground.drain()
    assert ground.moves("ada") == []
    assert ground.balance() == {"applied": 2, "deduplicated": 7, "conflicts": 1, "pending": 0}


def test_late_events_are_put_where_they_belong(ground: Ground) -> None:
    ground.segment("keen", KEEN)
    ground.clock.instant += 2 * DAY
    ground.admit(views("ada", 20, 100_000))
    ground.drain()
    ground.admit(views("ada", 10, 0))
    ground.drain()
    assert ground.moves("ada") == [("keen", "in", 20), ("keen", "out", 86_400)]


def test_events_beyond_the_lateness_are_stored_marked_and_not_counted(ground: Ground) -> None:
    ground.segment("keen", KEEN)
    ground.clock.instant += 8 * DAY
    ground.admit(views("ada", 0, 10, 20))
    ground.drain()
    assert ground.moves("ada") == []
    assert ground.balance()["late"] == 3
    ground.admit(views("ben", 0, 10, 20), "import")
    ground.drain("import")
    assert ground.moves("ben") == [("keen", "in", 20), ("keen", "out", 86_400)]


def test_a_verified_identify_unites_both_histories(ground: Ground) -> None:
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    anonymous = [m | {"anonymousId": "tab"} for m in views("x", 0, 10)]
    for message in anonymous:
        del message["userId"]
    ground.admit([*anonymous, *views("ada", 20)])
    ground.drain()
    assert ground.moves("ada") == []
    ground.admit(
        [{"type": "identify", "userId": "ada", "anonymousId": "tab", "traits": {"plan": "pro"}}]
    )
    ground.drain()
    assert ground.moves("ada") == [("keen", "in", 20)]
    assert Profile.objects.get(pk=identity_hex(ground.site.pk, "anonymous", "tab")).merged_into


def test_a_claimed_identify_never_shows_the_victims_history_to_the_device(ground: Ground) -> None:
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    ground.admit(views("victim", 0, 10, 20))
    ground.drain()
    claim = {"type": "identify", "userId": "victim", "anonymousId": "thief"}
    ground.admit([claim], verified=False)
    ground.drain()
    thief = Identity.objects.get(pk=identity_hex(ground.site.pk, "anonymous", "thief"))
    assert thief.person.hex == ground.profile("victim")
    assert thief.view == thief.pk
    assert not Member.objects.filter(profile=thief.view).exists()


def test_a_shared_device_belongs_to_the_user_identified_last(ground: Ground) -> None:
    ground.clock.instant += HOUR
    both = [
        track("Product Viewed", user, at) | {"anonymousId": "tablet"}
        for user, at in (("ben", 50), ("ada", 100), ("ben", 70))
    ]
    for message in both:
        ground.admit([message])
        ground.drain()
    tablet = Identity.objects.get(pk=identity_hex(ground.site.pk, "anonymous", "tablet"))
    assert tablet.person.hex == ground.profile("ada") != ground.profile("ben")


def test_a_withdrawal_refuses_what_waits_and_empties_what_was_known(ground: Ground) -> None:
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    ground.admit(views("ada", 0, 10, 20))
    ground.drain()
    no = {"consent": {"categoryPreferences": {"personalization": False}}}
    ground.admit(views("ada", 30))
    ground.clock.instant += HOUR
    ground.admit([track("Product Viewed", "ada", 3_600) | {"context": no}])
    ground.drain()
    assert ground.moves("ada") == [("keen", "in", 20), ("keen", "out", 3_600)]
    assert ground.balance()["refused"] == 2
    assert not Member.objects.exists()


def test_two_sites_with_equal_ids_never_meet(ground: Ground) -> None:
    other = Ground("harbour")
    for each in (ground, other):
        each.segment("keen", KEEN)
        each.clock.instant += HOUR
    ground.admit(views("ada", 0, 10, 20))
    other.admit(views("ada", 0, 10))
    ground.drain()
    assert ground.moves("ada") == [("keen", "in", 20)]
    assert other.moves("ada") == []


def test_publishing_back_fills_what_everybody_did_before(ground: Ground) -> None:
    ground.clock.instant += 2 * DAY
    ground.admit(views("ada", 0, 10, 20))
    ground.drain()
    ground.segment("keen", KEEN)
    assert ground.moves("ada") == [("keen", "in", 20), ("keen", "out", 86_400)]


def test_one_unworkable_event_harms_only_itself(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    ground.admit(
        [*views("ada", 0, 10), track("Product Viewed", "ada", 15, poison=True), *views("ada", 20)]
    )
    worked = recording.record

    def sickened(share, people, permitted):
        if any(b"poison" in message.body for message in permitted):
            raise ValueError("a fault in the fold")
        return worked(share, people, permitted)

    monkeypatch.setattr(recording, "record", sickened)
    loop = Loop("live", ground.clock)
    for _ in range(40):
        loop.turn()
    assert ground.moves("ada") == [("keen", "in", 20)]
    assert ground.balance() == {"applied": 3, "quarantined": 1, "pending": 0}
