"""What the world hears of a move: once, when it happens, whichever way the batch was folded."""

from __future__ import annotations

import random
from typing import Any

import pytest

from personalization.flows import event
from tests.flows.ground import SECOND, USUAL, Ground, track

pytestmark = pytest.mark.django_db
KEEN = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 3}


def heard(ground: Ground) -> list[tuple[str, str]]:
    """Drain, and return what site-wide listeners hear of it."""
    told = []
    while (passed := event.walk("live", ground.clock, USUAL)).events:
        for letter in passed.letters:
            told += [(kind, data["segment"]) for kind, data in letter.payload.get("effects", ())]
    return told


def viewed(at: int, **who: Any) -> dict[str, Any]:
    return {**track("Viewed", None, at), **who}


@pytest.fixture
def ground() -> Ground:
    ground = Ground()
    ground.segment("keen", KEEN)
    ground.clock.instant += 30 * SECOND
    ground.drain()
    return ground


def test_who_is_first_seen_with_device_and_user_at_once_is_news(ground: Ground) -> None:
    ground.admit([viewed(n, userId="ann", anonymousId="phone") for n in range(3)])
    assert heard(ground) == [("segment.entered", "keen")]


def test_a_merge_is_news_only_for_what_nobody_of_the_merged_was_in(ground: Ground) -> None:
    ground.admit([viewed(n, anonymousId="phone") for n in range(3)])
    assert heard(ground) == [("segment.entered", "keen")]
    ground.admit([viewed(9, userId="ann", anonymousId="phone")])
    assert heard(ground) == []
    ground.admit([viewed(n, anonymousId="desk") for n in range(2)])
    ground.admit([viewed(n, userId="bob") for n in range(10, 12)])
    assert heard(ground) == []
    ground.admit([viewed(12, userId="bob", anonymousId="desk")])
    assert heard(ground) == [("segment.entered", "keen")]


def test_what_a_merge_inherits_is_no_news_beside_others_who_only_go_on(ground: Ground) -> None:
    ground.admit([viewed(n, anonymousId="phone") for n in range(3)])
    assert heard(ground) == [("segment.entered", "keen")]
    crowd = [viewed(n % 20, anonymousId=f"other-{n}") for n in range(600)]
    ground.admit([*crowd, viewed(29, userId="ann", anonymousId="phone")])
    assert heard(ground) == []
    assert ground.moves("ann") == [("keen", "in", 2)]


@pytest.mark.parametrize("seed", range(5))
def test_events_that_overtake_each_other_are_news_once(ground: Ground, seed: int) -> None:
    instants = list(range(6))
    random.Random(seed).shuffle(instants)
    told = []
    for instant in instants:
        ground.admit([viewed(instant, userId="ann")])
        told += heard(ground)
    assert told == [("segment.entered", "keen")]


def test_what_happened_long_ago_is_no_news(ground: Ground) -> None:
    ground.clock.instant += 120 * SECOND
    ground.admit([viewed(n, userId="ann") for n in range(3)])
    assert heard(ground) == []
    assert ground.moves("ann") == [("keen", "in", 2)]
