"""Entering, leaving and settling: the vectors, and what the fold makes of due moves."""

import json
from pathlib import Path

import pytest

from rules import durations
from rules.conditions import EventTest, Measure, Not, Span
from rules.definitions import Stability, build
from rules.durations import DAY, MINUTE
from rules.fold import fold
from rules.stability import settle
from rules.state import Membership
from tests.rules.happened import track

VECTORS = Path(__file__).parents[1] / "vectors" / "stability.json"
CASES = json.loads(VECTORS.read_text())["cases"]


def _settings(document):
    return Stability(
        **{
            name: value if isinstance(value, int) else durations.parse(value)
            for name, value in document.items()
        }
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["description"])
def test_a_membership_settles_as_the_vector_says(case):
    place, settings = Membership(), _settings(case["stability"])
    steps = [[at, holds, *settle(place, holds, at, settings)] for at, holds, _, _ in case["steps"]]
    assert steps == case["steps"]


def test_a_move_asked_for_late_is_dated_at_its_due():
    place, settings = Membership(), Stability(enter_after=30)
    settle(place, True, 100, settings)
    settle(place, True, 500, settings)
    assert place.since == 130


def test_no_more_instants_are_kept_than_are_needed():
    place, settings = Membership(), Stability(max_moves_per_day=3)
    for day in range(20):
        settle(place, day % 2 == 0, day * DAY, settings)
    assert len(place.moved) == 3


def _moves(condition, stability, events, until):
    definitions = build({"s": (condition, stability)}, {})
    moves = fold(None, events, definitions, until).moves
    return [(move.entered, move.effective_at, move.cause) for move in moves]


def test_thirty_minutes_of_consistency_come_before_a_move_and_a_flicker_moves_nobody():
    recent = EventTest(Measure("Viewed", span=Span(29 * MINUTE)))
    patient = Stability(enter_after=30 * MINUTE)
    assert _moves(recent, patient, [track(1, "a", "Viewed")], DAY) == []
    again = [track(1, "a", "Viewed"), track(20 * MINUTE, "b", "Viewed")]
    assert _moves(recent, patient, again, DAY) == [
        (True, 1 + 30 * MINUTE, "timer"),
        (False, 49 * MINUTE, "timer"),
    ]


def test_an_exit_that_waits_for_min_stay_comes_by_timer_at_its_very_instant():
    bought = EventTest(Measure("Bought"))
    events = [track(10, "a", "Viewed"), track(40, "b", "Bought")]
    assert _moves(Not(bought), Stability(min_stay=100), events, 1_000) == [
        (True, 10, "event"),
        (False, 110, "timer"),
    ]
