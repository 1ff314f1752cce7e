"""The vectors of windows: what a measure answers, written down for any language."""

import json
from pathlib import Path

import pytest

from rules.definitions import build
from rules.fold import feature, fold
from rules.parser import parse_measure
from rules.state import Event

VECTORS = Path(__file__).parents[1] / "vectors" / "windows.json"
CASES = json.loads(VECTORS.read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["description"])
def test_a_feature_answers_as_the_vector_says(case):
    measure = parse_measure(case["measure"])
    definitions = build({}, {"asked": measure})
    events = [
        Event(one["at"], f"{i:02}", "track", measure.event, one.get("properties", {}), {}, {})
        for i, one in enumerate(case["events"])
    ]
    state = fold(None, events, definitions, case["reads"][0][0])
    answers = [[now, feature(state, definitions, "asked", now)] for now, _ in case["reads"]]
    assert answers == case["reads"]
