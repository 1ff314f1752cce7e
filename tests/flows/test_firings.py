"""Firings are kept for as long as they are good for something."""

from __future__ import annotations

import pytest

from personalization.segments import firings
from tests.flows.ground import DAY, SECOND, START, Ground, track
from tests.flows.test_triggers import HOOK, arm, outcomes

pytestmark = pytest.mark.django_db


def test_old_firings_are_swept_but_for_those_a_cap_still_counts() -> None:
    ground = Ground()
    arm(ground, "plain", {"on": {"event": "Bought"}, "do": HOOK})
    cap = {"times": 2, "per": "60d"}
    arm(ground, "rare", {"on": {"event": "Bought"}, "cap": cap, "do": HOOK})
    for day in (0, 24, 50, 65):
        ground.clock.instant = START + day * DAY + 10 * SECOND
        ground.admit([track("Bought", "ann", day * 86_400 + 9)])
        ground.drain()
        firings.sweep(ground.clock.now(), most=1)
    assert outcomes("rare") == ["fired", "capped", "fired"]
    assert outcomes("plain") == ["fired", "fired"]
    assert firings.sweep(ground.clock.now()) == 0
    assert firings.sweep(ground.clock.now() + 400 * DAY) == 5
