"""The clock is set forward or back, or stands for a while: what is due happens once, in order."""

import pytest

from personalization.features.models import ProfileState
from personalization.flows import firing, refolding
from personalization.flows.dispatch import Dispatch
from personalization.flows.loop import Loop
from personalization.push import outbox
from personalization.segments.models import Move, Timer
from tests.flows.ground import DAY, HOUR, SECOND, START, Ground, track

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

HOURLY = {"event": "Product Viewed", "within": "1h"}
DAILY = {"event": "Product Viewed", "within": "24h"}
LAPSED = {"all": [{"event": "Order Completed"}, {"not": {"event": "Order Completed", "within": "7d"}}]}  # fmt: skip  # noqa: E501


@pytest.fixture
def ground():
    ground = Ground()
    for slug, condition in {"hourly": HOURLY, "daily": DAILY, "lapsed": LAPSED}.items():
        ground.segment(slug, condition)
    ground.clock.instant += 60 * SECOND
    ground.admit([track("Product Viewed", "ada", 10), track("Order Completed", "ada", 20)])
    ground.drain()
    return ground


def stands():
    rows = Move.objects.order_by("pk").values_list("key", "entered", "effective_at", "cause")
    return list(rows), Timer.objects.values_list("profile", "due").get()


def test_after_a_leap_all_that_was_due_happened_in_order_each_at_its_own_instant(ground):
    ground.clock.instant += 30 * DAY
    ground.fire()
    assert ground.moves("ada")[2:] == [
        ("hourly", "out", 3_610),
        ("daily", "out", 86_410),
        ("lapsed", "in", 20 + 7 * 86_400),
    ]
    assert not Timer.objects.exists()


def test_a_leap_and_small_steps_end_alike(ground):
    leaps = Ground("leaps")
    for slug, condition in {"hourly": HOURLY, "daily": DAILY, "lapsed": LAPSED}.items():
        leaps.segment(slug, condition)
    leaps.clock.instant += 60 * SECOND
    leaps.admit([track("Product Viewed", "ada", 10), track("Order Completed", "ada", 20)])
    leaps.drain()
    leaps.clock.instant += 30 * DAY
    leaps.fire()
    for _ in range(60):
        ground.clock.instant += 12 * HOUR
        ground.fire()
    assert ground.moves("ada") == leaps.moves("ada")


def test_set_back_nothing_happens_twice_and_no_state_goes_back(ground):
    ground.clock.instant += 2 * HOUR
    ground.fire()
    before, version = stands(), ProfileState.objects.get().version
    ground.clock.instant -= 2 * HOUR
    ground.fire()
    assert stands() == before
    ground.clock.instant += 3 * HOUR
    ground.fire()
    assert stands() == before
    assert ProfileState.objects.get().version == version


def test_an_event_after_the_clock_was_set_back_is_placed_where_it_belongs(ground):
    ground.clock.instant += 2 * HOUR
    ground.fire()
    version = ProfileState.objects.get().version
    ground.clock.instant = START + 1_800 * SECOND
    ground.admit([track("Product Viewed", "ada", 1_800)])
    ground.drain()
    assert ProfileState.objects.get().version > version
    assert ground.moves("ada") == [("hourly", "in", 10), ("daily", "in", 10)]
    ground.clock.instant = START + 2 * DAY
    ground.fire()
    assert ground.moves("ada")[2:] == [("hourly", "out", 5_400), ("daily", "out", 88_200)]


def test_a_letter_written_before_the_clock_was_set_back_leaves_at_once(ground):
    now = ground.clock.now()
    outbox.write(ground.site.pk, "profiles", "", {"profiles": [], "identities": []}, now + HOUR)
    dispatch = Dispatch(ground.clock)
    assert dispatch.sweep() >= 1


def test_what_is_due_while_no_worker_runs_happens_when_one_starts(ground):
    ground.clock.instant += 2 * DAY
    loop = Loop("live", ground.clock)
    while loop.turn():
        continue
    assert [move[:2] for move in ground.moves("ada")[2:]] == [("hourly", "out"), ("daily", "out")]


def test_one_profile_that_cannot_be_folded_keeps_no_other_from_leaving(ground, monkeypatch):
    ground.admit([track("Product Viewed", "bob", 30)])
    ground.drain()
    bad, onward = ground.profile("bob"), refolding.onward

    def folding(share, kept):
        if bad in kept:
            raise ValueError("a state nobody can fold")
        return onward(share, kept)

    monkeypatch.setattr(refolding, "onward", folding)
    ground.clock.instant += 2 * HOUR
    assert firing.fire(ground.clock, Dispatch(ground.clock))
    assert ground.moves("ada")[-1] == ("hourly", "out", 3_610)
    assert Timer.objects.get(profile=bad).due == ground.clock.now() + firing.LATER
