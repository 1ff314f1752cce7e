"""A stored model decides: "High Value and intent over 0.8" fires above 0.8, and not at it."""

from __future__ import annotations

import math
from typing import Any

import pytest

from personalization.features.known import Request
from personalization.features.snapshot import Seen, Snapshot
from personalization.flows import assembly, decision
from personalization.flows.decision import Visitor
from rules import state_json
from rules.fold import fold
from rules.state import Event

NOW = 1_790_000_000_000_000
VIEWS = {"event": "Product Viewed", "within": "24h"}
ORDERS = {"event": "Order Completed", "within": "90d", "operator": "at_least", "value": 1}
WHEN = {
    "all": [
        {"segment": "high-value"},
        {"attribute": "scores.purchase_likelihood", "operator": "more_than", "value": 0.8},
    ]
}
MODEL = {
    "kind": "logistic_regression",
    "features": ["features.views"],
    "coefficients": [math.log(4)],
    "missing": [0.0],
    "means": [0.0],
    "scales": [1.0],
    "intercept": 0.0,
}
"""One view is exactly 4 to 1: 0.8."""


def site(model: dict[str, Any] | None = MODEL) -> Any:
    contents = [["baseline", "", {"text": "hello"}], ["vip", "", {"text": "for you"}]]
    slot = {
        "key": "hero", "schema": "text", "is_list": False, "fallback": ["baseline"], "swap": "now",
        "ttl": 60, "enabled": True, "variants": contents,
        "matrix": {"number": 1, "document": {
            "rows": [{"id": "vip", "when": WHEN, "then": {"variant": "vip"}}]}},
    }  # fmt: skip
    built, faults = assembly.build(
        {
            "site": {
                "id": 1, "slug": "lantern", "timezone": "UTC", "locale": "en", "consent": "opt_out",
                "signing": "", "trusts_claims": False,
            },
            "generation": 1,
            "attributes": [],
            "segments": [["high-value", ORDERS, {}, False]],
            "features": {"views": VIEWS},
            "models": {"purchase_likelihood": model} if model else {},
            "slots": [slot],
        }
    )  # fmt: skip
    assert faults == []
    return built


def shown(found: Any, views: int, consent: dict[str, bool] | None = None) -> tuple[Any, set[str]]:
    """Return what a buyer with so many views is shown, and what the answer had to do without."""
    names = ["Order Completed", *["Product Viewed"] * views]
    events = [
        Event(NOW - 60 + i, str(i), "track", name, {}, {}, {}) for i, name in enumerate(names)
    ]
    state = fold(None, events, found.asked.definitions, NOW)
    digest = found.asked.definitions.digest
    snapshot = Snapshot("0" * 32, 1, 1, digest, state_json.dump(state), consent or {})
    visitor = Visitor(found, None, "ada", ("en", ""), Request({}, {}))
    told = decision.judge(visitor, Seen(snapshot), NOW)
    [(_, answer)] = decision.decide(visitor, ["hero"], told)
    return (answer["variant"], answer["reason"]), told.degraded


@pytest.mark.parametrize(
    ("views", "answer"),
    [(0, ("baseline", "DEFAULT")), (1, ("baseline", "DEFAULT")), (2, ("vip", "TARGETING_MATCH"))],
)
def test_a_score_over_the_bound_fires_and_the_bound_itself_does_not(views, answer):
    assert shown(site(), views) == (answer, set())


def test_without_a_model_the_score_is_unknown_and_the_answer_says_so():
    assert shown(site(None), 2) == (("baseline", "DEFAULT"), {"model"})


def test_corrupt_parameters_harm_nothing_but_the_score():
    corrupt = {**MODEL, "scales": [0.0]}
    assert shown(site(corrupt), 2) == (("baseline", "DEFAULT"), {"model"})


def test_a_visitor_who_refused_is_not_scored():
    answer, _ = shown(site(), 2, {"personalization": False})
    assert answer == ("baseline", "DEFAULT")
