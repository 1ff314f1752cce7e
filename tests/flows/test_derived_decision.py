"""A row of a matrix about a stage fires for who is in it, and only where that may be known."""

from __future__ import annotations

from typing import Any

import pytest

from personalization.features.known import Request
from personalization.features.snapshot import Seen, Snapshot
from personalization.flows import assembly, decision
from personalization.flows.decision import Visitor
from rules import state_json
from rules.fold import fold
from rules.state import DERIVED, Event

NOW = 1_790_000_000_000_000
WHEN = {"attribute": "derived.stage", "operator": "equals", "value": "loyalty"}


@pytest.fixture(scope="module")
def site() -> Any:
    slot = {
        "key": "hero", "schema": "text", "is_list": False, "fallback": ["baseline"], "swap": "now",
        "ttl": 60, "enabled": True,
        "variants": [["baseline", "", {"text": "hello"}], ["club", "", {"text": "for you"}]],
        "matrix": {"number": 1, "document": {
            "rows": [{"id": "club", "when": WHEN, "then": {"variant": "club"}}]}},
    }  # fmt: skip
    described = {
        "id": 1, "slug": "lantern", "timezone": "UTC", "locale": "en", "consent": "opt_out",
        "signing": "", "trusts_claims": False,
    }  # fmt: skip
    document = {"site": described, "generation": 1, "attributes": [], "segments": []}
    built, faults = assembly.build(document | {"features": {}, "models": {}, "slots": [slot]})
    assert faults == []
    return built


@pytest.mark.parametrize(
    ("derived", "consent", "variant"),
    [
        ({"derived.stage": "loyalty"}, {}, "club"),
        ({"derived.stage": "awareness"}, {}, "baseline"),
        ({}, {}, "baseline"),
        ({"derived.stage": "loyalty"}, {"personalization": False}, "baseline"),
    ],
)
def test_a_stage_decides_where_it_may_be_known(site, derived, consent, variant):
    asked = site.asked.definitions
    viewed = Event(NOW - 60, "", "track", "Viewed", {}, {}, {})
    concluded = Event(NOW - 50, "", DERIVED, "", {}, {}, derived)
    state = fold(None, [viewed, concluded], asked, NOW)
    snapshot = Snapshot("0" * 32, 1, 1, asked.digest, state_json.dump(state), consent)
    visitor = Visitor(site, None, "ada", ("en", ""), Request({}, {}))
    told = decision.judge(visitor, Seen(snapshot), NOW)
    [(_, answer)] = decision.decide(visitor, ["hero"], told)
    assert answer["variant"] == variant
