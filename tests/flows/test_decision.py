"""The decision's walk on values: time, zones, consent, scores, and what fails without harm."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from personalization.features.known import Request
from personalization.features.snapshot import Seen, Snapshot, Who
from personalization.flows import assembly, decision
from personalization.flows.decision import Visitor
from personalization.plant.clock import FixedClock
from rules import state_json
from rules.conditions import MICROSECONDS
from rules.fold import fold
from rules.state import Event

HOUR = 3_600 * MICROSECONDS
START = 1_790_000_000 * MICROSECONDS
KEEN = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 2}
TEXTS = ("base", "keen", "likely", "pro", "many")
MODEL = {"kind": "logistic_regression", "features": ["features.views"], "coefficients": [5.0],
         "missing": [0.0], "means": [0.0], "scales": [1.0], "intercept": -1.0}  # fmt: skip


def blueprint(*rows: Any, **more: Any) -> dict[str, Any]:
    listed = [
        {"id": str(n), "when": when, "then": {"variant": to}} for n, (when, to) in enumerate(rows)
    ]
    slot = {
        "key": "hero", "schema": "text", "is_list": False, "fallback": ["base"], "swap": "now",
        "ttl": 60, "enabled": True, "matrix": {"number": 4, "document": {"rows": listed}},
        "variants": [[slug, "", {"text": slug}] for slug in TEXTS],
    }  # fmt: skip
    return {
        "site": {"id": 1, "slug": "s", "timezone": "Europe/Vienna", "locale": "en",
                 "consent": "opt_out", "signing": "", "trusts_claims": False},
        "generation": 3, "attributes": [], "segments": [["keen", KEEN, {}, True]],
        "features": {"views": {"event": "Viewed"}}, "models": {"intent": MODEL}, "slots": [slot],
    } | more  # fmt: skip


class Reading:
    """A reader that has one snapshot."""

    def __init__(self, snapshot: Snapshot | None, consent: dict[str, bool]) -> None:
        self.snapshot, self.consent = snapshot, consent

    async def of(self, _who: Who) -> Seen:
        return Seen(self.snapshot, self.consent)


def decide(source, views=0, now=START, request=None, consent=None, state=None):
    site, faults = assembly.build(source)
    events = [Event(START + n, "", "track", "Viewed", {}, {}, {}) for n in range(views)]
    folded = fold(None, events, site.asked.definitions, START + views)
    dumped = state if state is not None else state_json.dump(folded)
    snapshot = Snapshot("0" * 32, 1, 3, site.asked.definitions.digest, dumped, {})
    visitor = Visitor(site, Who(1, "0" * 32, False), "u", ("",), request or Request({}, {}))
    reading = Reading(snapshot if views or state is not None else None, consent or {})
    told = asyncio.run(decision.walk(visitor, ["hero"], reading, FixedClock(now)))
    return told, told.decisions[0][1], faults


def test_a_reader_past_the_next_change_lets_time_pass_itself():
    source = blueprint(({"segment": "keen"}, "keen"))
    assert decide(source, 2)[1]["variant"] == "keen"
    assert decide(source, 2, START + HOUR + 2)[1]["variant"] == "base"


def test_features_and_scores_are_read_at_the_instant():
    many = ({"attribute": "features.views", "operator": "at_least", "value": 3}, "many")
    likely = ({"attribute": "scores.intent", "operator": "more_than", "value": 0.8}, "likely")
    assert decide(blueprint(many), 3)[1]["variant"] == "many"
    assert decide(blueprint(likely), 1)[1]["variant"] == "likely"
    told, shown, _ = decide(blueprint(likely, models={}), 1)
    assert (shown["variant"], told.known.degraded) == ("base", {"model"})


@pytest.mark.parametrize(
    ("consent", "own", "gpc", "variant"),
    [({}, {}, False, "keen"), ({"personalization": False}, {}, False, "base"),
     ({}, {"personalization": False}, False, "base"), ({}, {}, True, "base"),
     ({"personalization": False}, {"personalization": True}, False, "base")],
)  # fmt: skip
def test_what_is_not_permitted_is_unknown(consent, own, gpc, variant):
    source = blueprint(({"segment": "keen"}, "keen"))
    request = Request({}, own, gpc)
    assert decide(source, 2, request=request, consent=consent)[1]["variant"] == variant


def test_an_attribute_serves_the_purpose_of_the_catalogue():
    plan = ({"attribute": "traits.plan", "operator": "equals", "value": "pro"}, "pro")
    state = {"at": [START, START, None], "t": {"plan": ["pro", START, ""]}}
    no = {"marketing": False}
    for purpose, variant in (
        ("marketing", "base"),
        ("personalization", "pro"),
        ("necessary", "pro"),
    ):
        source = blueprint(plan, attributes=[["traits.plan", "string", purpose]])
        assert decide(source, state=state, consent=no)[1]["variant"] == variant, purpose


def test_what_cannot_be_compiled_is_left_out_and_named():
    source = blueprint(({"nonsense": True}, "pro"))
    source["segments"].append(["broken", {}, {}, False])
    _, shown, faults = decide(source, 2)
    assert (shown["variant"], shown["reason"]) == ("base", "DEFAULT")
    assert [fault.partition(":")[0] for fault in faults] == ["segment broken", "matrix of hero"]


def test_a_snapshot_nobody_can_read_is_as_none_at_all():
    told, shown, _ = decide(blueprint(({"segment": "keen"}, "keen")), state={"at": "nonsense"})
    assert (shown["variant"], told.known.degraded) == ("base", {"snapshot"})


def test_a_matrix_that_raises_harms_its_own_slot_only(monkeypatch):
    source = blueprint(({"everyone": True}, "pro"))
    site, _ = assembly.build(source)
    monkeypatch.setattr(type(site.matrices["hero"].matrix), "decide", lambda *_: 1 / 0)
    visitor = Visitor(site, None, "", ("",), Request({}, {}))
    told = asyncio.run(decision.walk(visitor, ["hero", "no"], Reading(None, {}), FixedClock(START)))
    assert [shown["reason"] for _, shown in told.decisions] == ["ERROR", "ERROR"]
    assert told.decisions[0][1]["variant"] == "base"
