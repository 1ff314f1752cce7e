"""The vectors of sequences and has_been: what happened, and what is true of it at which instant."""

import json
from pathlib import Path

import pytest

from rules import durations
from rules.definitions import build
from rules.durations import DAY
from rules.fold import fold
from rules.parser import parse
from rules.scopes import Scope
from rules.stability import Stability, hold
from rules.state import Event, Membership
from tests.rules.oracle import Oracle

VECTORS = Path(__file__).parents[1] / "vectors" / "sequences.json"
CASES = json.loads(VECTORS.read_text())["cases"]


HOLDS = json.loads(VECTORS.with_name("holds.json").read_text())["cases"]


@pytest.mark.parametrize("case", HOLDS, ids=lambda case: case["description"])
def test_a_has_been_answers_as_the_vector_says(case):
    place, length = Membership(), Stability(enter_after=durations.parse(case["for"]))
    steps = []
    for at, part, _, _ in case["steps"]:
        before = place.member
        turned, due = hold(place, part, at, length)
        assert turned is (True if place.member is not before else None)
        steps.append([at, part, place.member, due])
    assert steps == case["steps"]


def events(case):
    return [
        Event(one["at"], f"{i:02}", "track", one["event"], one.get("properties", {}), {}, {})
        for i, one in enumerate(case["events"])
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["description"])
def test_a_sequence_is_true_when_the_vector_says(case):
    condition = parse(case["condition"], scope=Scope.SEGMENT)
    definitions = build({"asked": (condition, Stability())}, {})
    key, story = definitions.segments["asked"], events(case)
    answers = []
    for now, _ in case["reads"]:
        state = fold(None, [event for event in story if event.at <= now], definitions, now)
        answers.append([now, state.memberships[key].member])
    assert answers == case["reads"]
    moves = fold(None, story, definitions, 2 * DAY).moves
    assert [m.entered for m in moves] == [i % 2 == 0 for i in range(len(moves))]
    oracle = Oracle(story, {"asked": (condition, Stability())})
    assert [[n, oracle.answer(condition, n, oracle.events)] for n, _ in answers] == case["reads"]
