"""Training learns what there is to learn, judges it on later examples, and refuses too little."""

import json
import math
import random

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from personalization.learning.examples import Example
from personalization.learning.scoring import score
from personalization.learning.training import RefusedError, design, fit, judge, split

DAY = 86_400_000_000
HORIZON = 7 * DAY
NAMES = ["features.views", "features.since", "features.flat"]


def people(count=1500, days=60, seed=7):
    """Visitors who view, some of whom never viewed before; who views more buys more."""
    draw = random.Random(seed)
    for _ in range(count):
        views = draw.randrange(12)
        since = draw.random() * 5 if views else None
        odds = -2.5 + 0.45 * views - (0.3 * since if since is not None else 0.8)
        facts = {"features.views": views, "features.since": since, "features.flat": 4}
        at = int(draw.random() * days * DAY)
        yield Example(at, facts, draw.random() < 1 / (1 + math.exp(-odds)))


@pytest.fixture(scope="module")
def parts():
    return split(list(people()), HORIZON)


@pytest.fixture(scope="module")
def fitted(parts):
    return fit(NAMES, parts)


def test_what_is_served_equals_what_was_trained(parts, fitted):
    rows = [[e.features[name] for name in NAMES] for e in parts.learned]
    values = np.array([[np.nan if v is None else v for v in row] for row in rows], dtype=float)
    means, scales = (np.array(fitted.parameters[part]) for part in ("means", "scales"))
    answers = [e.reached for e in parts.learned]
    columns = design(values, means, scales)
    model = LogisticRegression(max_iter=1000).fit(columns, answers)
    trained = model.predict_proba(columns)[:, 1]
    stored = json.loads(json.dumps(fitted.parameters))
    served = [score(stored, e.features) for e in parts.learned]
    assert np.abs(trained - np.array(served)).max() < 1e-9


def test_the_model_finds_what_is_there(fitted):
    assert fitted.metrics["auc"] > 0.75
    assert fitted.metrics["log_loss"] < fitted.metrics["log_loss_of_the_share"]
    assert fitted.parameters["coefficients"][0] > 0 > fitted.parameters["coefficients"][1]


def test_a_feature_that_never_varies_weighs_nothing(fitted):
    assert fitted.parameters["coefficients"][2] == pytest.approx(0.0)


def test_the_same_examples_give_the_same_model(parts, fitted):
    assert fit(NAMES, parts) == fitted


def test_no_answer_learned_from_reaches_into_the_judged_part(parts):
    begins = min(example.at for example in parts.judged)
    assert max(example.at for example in parts.learned) + HORIZON <= begins


def test_a_constant_guess_judges_as_the_share_itself(parts):
    measured = judge({}, parts)
    assert measured["auc"] == 0.5
    assert measured["log_loss"] == measured["log_loss_of_the_share"]


def test_nothing_declared_is_refused(parts):
    with pytest.raises(RefusedError, match="no_features"):
        fit([], parts)


@pytest.mark.parametrize(
    ("reached", "code"), [(False, "too_few_reached"), (True, "too_few_missed")]
)
def test_one_sided_examples_are_refused(reached, code):
    alike = [example._replace(reached=reached) for example in people()]
    with pytest.raises(RefusedError, match=code) as refusal:
        fit(NAMES, split(alike, HORIZON))
    assert refusal.value.code == code


def test_no_examples_are_refused():
    with pytest.raises(RefusedError, match="too_few_reached: 0 examples to learn from"):
        fit(NAMES, split([], HORIZON))


def test_a_log_shorter_than_the_horizon_is_refused():
    with pytest.raises(RefusedError, match="0 examples to learn from"):
        fit(NAMES, split(list(people(days=5)), HORIZON))
