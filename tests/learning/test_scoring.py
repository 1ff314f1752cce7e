"""A stored model answers what the trained one would, and nothing where it cannot know."""

import copy
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personalization.learning.scoring import score, scorer

PARAMETERS = {
    "kind": "logistic_regression",
    "features": ["features.views", "features.orders"],
    "coefficients": [1.5, -0.5],
    "missing": [0.25, 0.0],
    "means": [3.0, 1.0],
    "scales": [2.0, 1.0],
    "intercept": -1.0,
}


def broken(**changes):
    return {**copy.deepcopy(PARAMETERS), **changes}


def test_the_average_visitor_gets_the_intercept():
    assert score(PARAMETERS, {"features.views": 3, "features.orders": 1}) == pytest.approx(
        1 / (1 + math.e)
    )


def test_an_unknown_feature_takes_its_trained_share():
    odds = -1.0 + 0.25 + -0.5 * (3 - 1.0)
    assert score(PARAMETERS, {"features.orders": 3}) == pytest.approx(1 / (1 + math.exp(-odds)))


def test_a_visitor_nobody_knows_has_no_score():
    assert score(PARAMETERS, {}) is None
    assert score(PARAMETERS, {"features.views": None, "features.orders": "many"}) is None


def test_parameters_survive_being_stored_as_json():
    facts = {"features.views": 7, "features.orders": 0.5}
    assert score(json.loads(json.dumps(PARAMETERS)), facts) == score(PARAMETERS, facts)


@pytest.mark.parametrize(
    "corrupt",
    [
        {},
        broken(kind="boosted_trees"),
        broken(features=[]),
        broken(features=["features.views", "features.views"]),
        broken(features=["features.views", 3]),
        broken(features="ab"),
        broken(coefficients=[1.5]),
        broken(coefficients=[1.5, math.nan]),
        broken(coefficients=[1.5, "0"]),
        broken(coefficients=[1.5, True]),
        broken(missing=None),
        broken(means=[math.inf, 1.0]),
        broken(scales=[2.0, 0.0]),
        broken(scales=[2.0, -1.0]),
        broken(intercept=None),
        broken(intercept=-math.inf),
        broken(features=[f"features.f{i}" for i in range(10_000)]),
    ],
    ids=repr,
)
def test_corrupt_parameters_have_no_score(corrupt):
    assert scorer(corrupt) is None
    assert score(corrupt, {"features.views": 1, "features.orders": 1}) is None


values = st.one_of(
    st.none(), st.booleans(), st.text(), st.integers(), st.floats(), st.lists(st.integers())
)


@given(values, values)
def test_whatever_the_facts_are_the_answer_is_a_chance_or_nothing(views, orders):
    answer = score(PARAMETERS, {"features.views": views, "features.orders": orders})
    assert answer is None or 0.0 <= answer <= 1.0


@given(st.integers(min_value=10**101) | st.integers(max_value=-(10**400)))
def test_a_number_beyond_reason_is_unknown(size):
    with_it = {"features.views": size, "features.orders": 1}
    assert score(PARAMETERS, with_it) == score(PARAMETERS, {"features.orders": 1})
