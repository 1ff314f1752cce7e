"""Faults of time and order: clocks, duplicates, permutations, late events, cycles.

Each test bears the number of its fault in docs/time.md.
"""

from __future__ import annotations

import random
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalization.events.models import Logged
from personalization.features import held
from personalization.flows import definitions, publication, rebuild
from personalization.plant.instants import to_text
from personalization.profiles.models import Identity
from personalization.segments.models import Member, Move, Segment, SegmentRevision
from rules.errors import InvalidError
from tests.flows.ground import DAY, HOUR, SECOND, START, Ground, track

pytestmark = pytest.mark.django_db(transaction=True)
KEEN = {"event": "Viewed", "within": "24h", "operator": "at_least", "value": 3}
HOURLY = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 2}
numbers = count()


def viewed(at: int, user: str = "ann", **more: Any) -> dict[str, Any]:
    return track("Viewed", user, at) | {"messageId": f"{user}-{at}"} | more


def stored(ground: Ground, user: str = "ann") -> tuple[Any, ...]:
    """Return what stands of somebody: moves and memberships."""
    keys = definitions.live(ground.site.pk).segments.values()
    members = Member.objects.filter(profile=ground.profile(user), key__in=keys)
    return ground.moves(user), sorted(members.values_list("key", "since"))


def is_sound(ground: Ground) -> bool:
    run = rebuild.rebuild(ground.site.pk, ground.clock, lambda _: None)
    return bool(run.state == "done" and run.result["differences"] == 0)


@pytest.mark.parametrize("jump", [HOUR, -HOUR, DAY, -DAY])
def test_f15_a_server_clock_that_jumps_and_comes_back_leaves_no_trace(jump: int) -> None:
    worlds = []
    for jumps in (0, jump):
        ground = Ground(f"clock-{next(numbers)}")
        ground.segment("keen", KEEN)
        ground.segment("hourly", HOURLY, exit_after="10m")
        ground.clock.instant += 30 * HOUR
        ground.admit([viewed(30 * 3_600 - ago) for ago in (1_700, 60, 30)])
        ground.drain()
        ground.clock.instant += jumps
        ground.fire()
        ground.clock.instant -= jumps
        ground.fire()
        ground.admit([viewed(30 * 3_600 - 5)])
        ground.drain()
        now = stored(ground)
        ground.clock.instant += 2 * DAY
        ground.fire()
        worlds.append((now, stored(ground)))
        assert is_sound(ground)
    assert worlds[0] == worlds[1]


def test_f15_a_move_that_a_wrong_clock_made_is_corrected_and_kept_as_such() -> None:
    ground = Ground("wrong-clock")
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    ground.admit([viewed(at) for at in (1, 2, 3)])
    ground.drain()
    ground.clock.instant += DAY
    ground.fire()
    assert [kind for _, kind, _ in ground.moves("ann")] == ["in", "out"]
    ground.clock.instant -= DAY
    ground.admit([viewed(4)])
    ground.drain()
    assert ground.moves("ann") == [("keen", "in", 3)]
    assert Move.objects.get(entered=False).superseded_at == ground.clock.now()


@pytest.mark.parametrize("years", [-10, 10])
def test_f15_a_client_clock_ten_years_wrong_puts_events_where_they_belong(years: int) -> None:
    ground = Ground("client-clock")
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    wrong = years * 365 * DAY
    said = [
        viewed(at, timestamp=to_text(START + at * SECOND + wrong),
               sentAt=to_text(ground.clock.now() + wrong))
        for at in (10, 20, 30)
    ]  # fmt: skip
    ground.admit(said)
    ground.drain()
    assert ground.moves("ann") == [("keen", "in", 30)]


def test_f16_duplicates_across_restarts_have_one_effect_and_another_body_is_a_conflict() -> None:
    draw, ground = random.Random(16), Ground("twice")
    ground.segment("keen", KEEN)
    ground.clock.instant += HOUR
    for at in (10, 20, 30):
        for _ in range(draw.randrange(1, 6)):
            ground.admit([viewed(at)] * draw.randrange(1, 4))
            if draw.random() < 0.5:
                ground.drain()
                held._held.clear()
                definitions._loaded.clear()
        ground.drain()
    ground.admit([viewed(10, event="Bought")])
    ground.drain()
    balance = ground.balance()
    assert (balance["applied"], balance["conflicts"], balance["pending"]) == (3, 1, 0)
    assert ground.moves("ann") == [("keen", "in", 30)]
    assert sorted(Logged.objects.values_list("name", flat=True)) == ["Viewed"] * 3


def history() -> list[dict[str, Any]]:
    """What one visitor did, on two devices, before and after they were known, with a yes."""
    yes = {"consent": {"categoryPreferences": {"personalization": True}}}
    said = [track("Viewed", None, at) | {"anonymousId": f"d{at % 2}"} for at in range(0, 60, 10)]
    said += [
        {"type": "identify", "anonymousId": f"d{n}", "userId": "ann", "traits": {"visit": n},
         "timestamp": to_text(START + (25 + n) * SECOND), "context": yes if n else {}}
        for n in range(2)
    ]  # fmt: skip
    said += [
        {"type": "alias", "userId": "ann", "previousId": "anna",
         "timestamp": to_text(START + 41 * SECOND)},
        track("Viewed", "anna", 43), track("Bought", "ann", 45), track("Viewed", "ann", 47),
    ]  # fmt: skip
    return [message | {"messageId": f"h{number}"} for number, message in enumerate(said)]


def permuted(order: list[int], cuts: set[int]) -> tuple[Any, ...]:
    ground = Ground(f"order-{next(numbers)}")
    condition = {"all": [KEEN, {"not": {"event": "Bought", "within": "2s"}}]}
    ground.segment("keen", condition)
    ground.segment("second", {"attribute": "traits.visit", "operator": "equals", "value": 1})
    ground.clock.instant += HOUR
    told = history()
    for place, index in enumerate(order):
        ground.admit([told[index]])
        if place in cuts:
            ground.drain()
    ground.drain()
    ground.fire()
    people = {
        (kind, value): person.hex == ground.profile("ann")
        for kind, value, person in Identity.objects.filter(site_id=ground.site.pk).values_list(
            "kind", "value", "person"
        )
    }
    return ground.moves("ann"), sorted(
        since for _, since in stored(ground)[1]
    ), people  # fmt: skip


def in_any_order(examples: int) -> None:
    size = len(history())
    sorted_order = permuted(sorted(range(size), key=lambda n: _at(history()[n])), set())

    @settings(max_examples=examples, deadline=None, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(st.permutations(range(size)), st.sets(st.integers(0, size), max_size=6))
    def search(order: list[int], cuts: set[int]) -> None:
        assert permuted(order, cuts) == sorted_order

    search()


def _at(message: dict[str, Any]) -> tuple[str, str]:
    return message["timestamp"], message["messageId"]


def test_f17_any_order_of_a_history_with_merges_and_consent_ends_alike() -> None:
    in_any_order(6)


@pytest.mark.nightly
def test_f17_any_order_of_a_history_ends_alike_in_a_long_search() -> None:
    in_any_order(1_000)


@pytest.mark.parametrize(
    ("late", "marks", "moves"),
    [(HOUR, "", [("keen", "in", 0)]), (23 * HOUR, "", [("keen", "in", 0)]), (8 * DAY, "late", [])],
)
def test_f18_late_events_are_placed_within_the_lateness_and_marked_beyond(
    late: int, marks: str, moves: list[Any]
) -> None:
    ground = Ground("late")
    ground.segment("keen", KEEN)
    ground.clock.instant += late
    ground.admit([viewed(0, messageId=f"{n}") for n in range(3)])
    ground.drain()
    assert ground.moves("ann") == moves
    assert set(Logged.objects.values_list("marks", "counted")) == {(marks, not marks)}
    assert ground.balance().get("late", 0) == (3 if marks else 0)


@pytest.mark.parametrize("ahead", [HOUR, 10 * 365 * DAY])
def test_f18_future_events_are_clamped_to_their_receipt_and_marked(ahead: int) -> None:
    ground = Ground("future")
    ground.segment("keen", KEEN)
    future = to_text(START + ahead)
    ground.admit([viewed(0, messageId=f"{n}", timestamp=future) for n in range(3)])
    ground.drain()
    assert set(Logged.objects.values_list("at", "marks")) == {(START, "future")}
    assert ground.moves("ann") == [("keen", "in", 0)]


def test_f24_segments_in_a_circle_are_refused_at_publish() -> None:
    ground = Ground("circle")
    ground.segment("keen", KEEN)
    ground.segment("fans", {"segment": "keen"})
    before = definitions.live(ground.site.pk).digest
    for slug, other in (("keen", "fans"), ("keen", "keen")):
        revision = SegmentRevision.objects.create(
            segment=Segment.objects.get(slug=slug), number=next(numbers) + 10,
            condition={"segment": other},
        )  # fmt: skip
        with pytest.raises(InvalidError):
            publication.publish_segment(revision.pk, "test", ground.clock)
    assert definitions.live(ground.site.pk).digest == before


def test_f24_an_oscillating_visitor_moves_at_most_once_a_window() -> None:
    ground = Ground("boundary")
    ground.segment("now", {"event": "Viewed", "within": "60s", "operator": "at_least", "value": 1})
    ground.segment(
        "calm", {"event": "Viewed", "within": "60s", "operator": "at_least", "value": 1},
        exit_after="10m",
    )  # fmt: skip
    for at in range(0, 3_600, 120):
        ground.clock.instant = START + at * SECOND
        ground.fire()
        ground.admit([viewed(at)])
        ground.drain()
    moves = [slug for slug, _, _ in ground.moves("ann")]
    assert moves.count("now") == 59
    assert moves.count("calm") == 1
