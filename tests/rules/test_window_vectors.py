"""The vectors of windows: what a measure answers, written down for any language."""

import json
from pathlib import Path

import pytest

from rules.definitions import Stability, build
from rules.facts import Facts
from rules.fold import feature, fold
from rules.parser import parse, parse_measure
from rules.scopes import Scope
from rules.state import Event

VECTORS = Path(__file__).parents[1] / "vectors" / "windows.json"
CASES = json.loads(VECTORS.read_text())["cases"]
MEASURED = [case for case in CASES if "measure" in case]
ASKED = [case for case in CASES if "condition" in case]


def happened(case, name):
    return [
        Event(
            one["at"],
            f"{i:02}",
            one.get("kind", "track"),
            one.get("name", name),
            one.get("properties", {}),
            one.get("context", {}),
            {},
        )
        for i, one in enumerate(case["events"])
    ]


def listed(value):
    return list(value) if isinstance(value, tuple) else value


@pytest.mark.parametrize("case", MEASURED, ids=lambda case: case["description"])
def test_a_feature_answers_as_the_vector_says(case):
    measure = parse_measure(case["measure"])
    definitions = build({}, {"asked": measure})
    answers, state = [], None
    left = happened(case, measure.event)
    for now, _ in case["reads"]:
        state = fold(state, [event for event in left if event.at <= now], definitions, now)
        left = [event for event in left if event.at > now]
        answers.append([now, listed(feature(state, definitions, "asked", now))])
    assert answers == case["reads"]
    assert left == []


@pytest.mark.parametrize("case", ASKED, ids=lambda case: case["description"])
def test_a_condition_answers_as_the_vector_says_with_time_alone(case):
    condition = parse(case["condition"], scope=Scope.SEGMENT)
    definitions = build({"asked": (condition, Stability())}, {})
    answers, state = [], None
    left = happened(case, case["condition"].get("event"))
    for now, _ in case["reads"]:
        state = fold(state, [event for event in left if event.at <= now], definitions, now)
        left = [event for event in left if event.at > now]
        place = state.memberships.get(definitions.segments["asked"])
        truth = definitions.plans[0].answer(Facts(windows=state.windows, now=now))
        assert (place is not None and place.member) is (truth is True)
        answers.append([now, truth])
    assert answers == case["reads"]
