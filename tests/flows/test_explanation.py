"""Why somebody sees what they see: rows, segments down to the events, what they are short of."""

from __future__ import annotations

import pytest

from personalization.decisions.models import LoggedDecision
from personalization.flows import explanation
from personalization.plant.instants import to_text
from rules.errors import InvalidError
from tests.flows.ground import HOUR, SECOND, START, track
from tests.flows.shown import Shown

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
KEEN = {"event": "Viewed", "within": "1h", "operator": "at_least", "value": 3}
ROWS = [
    {"id": "keen", "when": {"segment": "keen"}, "then": {"variant": "keen"}},
    {"id": "half", "when": {"attribute": "traits.plan", "operator": "equals", "value": "pro"},
     "then": {"variant": "pro"}, "rollout": 50},
    {"id": "sale", "when": {"attribute": "context.page.path", "operator": "equals",
     "value": "/sale"}, "then": {"variant": "sale"}},
]  # fmt: skip
BOUGHT = [{"id": "b", "when": {"event": "Bought", "operator": "at_least", "value": 1},
           "then": {"variant": "pro"}}]  # fmt: skip


@pytest.fixture
def shown(monkeypatch, child_env):
    monkeypatch.setenv("DATABASE_URL", child_env["DATABASE_URL"])
    ground = Shown()
    ground.segment("keen", KEEN)
    ground.slot = ground.put("hero", ("base", "keen", "pro", "sale"), ROWS, fallback=["base"])
    ground.clock.instant = START + 2 * HOUR
    return ground


def explain(ground, **asked):
    given = asked if "decision" in asked else {"slot": "hero", **asked}
    return explanation.explain(ground.site, given, ground.clock)


def views(*minutes):
    return [track("Viewed", "ada", at=7_200 + 60 * at, n=at) for at in minutes]


def test_a_visitor_is_explained_down_to_the_events_and_what_they_are_short_of(shown):
    shown.clock.instant += 60 * SECOND
    shown.see(*views(0, 1))
    told = explain(shown, visitor={"userId": "ada"})
    assert told["decision"]["variant"] == "base"
    keen, half, sale = told["rows"]
    assert [row["outcome"] for row in told["rows"]] == ["not_matched", "unknown", "unknown"]
    assert keen["nearest"] == [
        'would have to be in segment "keen"',
        'for segment keen: did "Viewed" 1 more time within 1 hour, before 2026-09-21 17:13:20 UTC',
    ]
    assert half["share"]["percent"] == 50
    assert sale["leaves"][0]["seen"] is None
    [segment] = told["segments"]
    assert segment["member"] is False
    assert segment["leaves"][0]["counted"] == 2
    assert segment["leaves"][0]["events"][0]["at"] == to_text(START + 2 * HOUR)


def test_a_stored_decision_is_explained_as_it_was_beside_what_is_now(shown):
    shown.clock.instant += 180 * SECOND
    shown.see(*views(0, 1, 2))
    shown.decide("ada")
    then = shown.clock.instant
    shown.clock.instant += 2 * HOUR
    shown.fire()
    shown.matrix(shown.slot, ROWS[1:2], fallback=["sale"])
    told = explain(shown, decision=LoggedDecision.objects.get().pk)
    assert (told["decision"]["variant"], told["at"]) == ("keen", to_text(then))
    assert told["matrix"]["revision"] == 1
    assert told["stored"]["reproduced"] is True
    assert [row["chosen"] for row in told["rows"]] == [True, False, False]
    [segment] = told["segments"]
    assert (segment["member"], segment["leaves"][0]["counted"]) == (True, 3)
    assert told["beside"]["decision"]["variant"] == "sale"
    assert told["beside"]["decision"]["revision"] == 2


def test_what_came_too_late_does_not_change_what_was_decided(shown):
    shown.clock.instant += 180 * SECOND
    shown.see(*views(0, 1))
    shown.decide("ada")
    shown.see(*views(2))
    shown.segment("keen", {**KEEN, "value": 9})
    told = explain(shown, decision=LoggedDecision.objects.get().pk)
    assert told["stored"]["reproduced"] is True
    assert told["decision"]["variant"] == "base"
    assert told["rows"][0]["leaves"][0]["seen"] is False
    assert told["segments"][0]["words"] == 'did "Viewed" at least 3 times within 1 hour'


def test_the_past_is_looked_at_with_what_was_in_force_then(shown):
    shown.see(*views(-2, -1, 0))
    then = shown.clock.instant
    shown.clock.instant += 3 * HOUR
    shown.fire()
    shown.matrix(shown.slot, ROWS[1:2], fallback=["sale"])
    asked = {"visitor": {"userId": "ada"}, "at": to_text(then)}
    assert explain(shown, **asked, matrix="then")["decision"]["variant"] == "keen"
    assert explain(shown, **asked, matrix=1)["decision"]["revision"] == 1
    assert explain(shown, **asked)["decision"]["variant"] == "sale"
    assert explain(shown, visitor={"userId": "ada"}, matrix=1)["decision"]["variant"] == "base"


def test_a_draft_that_asks_for_what_nobody_counts_is_answered_from_the_log(shown):
    shown.see(track("Bought", "ada", at=7_100))
    number = shown.matrix(shown.slot, BOUGHT, publish=False)
    for matrix in ("draft", number):
        told = explain(shown, visitor={"userId": "ada"}, matrix=matrix)
        assert told["decision"]["variant"] == "pro"
        assert told["matrix"] == {"revision": 2, "status": "draft"}
    assert explain(shown, visitor={"userId": "ada"})["decision"]["variant"] == "base"


def test_a_test_profile_is_somebody_who_never_was(shown):
    three = [{"event": "Viewed", "ago": "5m"}] * 3
    told = explain(shown, test={"events": three}, context={"page": {"path": "/sale"}})
    assert told["decision"]["variant"] == "keen"
    assert told["segments"][0]["leaves"][0]["counted"] == 3
    told = explain(shown, test={"segments": []}, context={"page": {"path": "/sale"}})
    assert told["decision"]["variant"] == "sale"
    assert told["stored"] is None


@pytest.mark.parametrize(
    ("asked", "at"),
    [({}, ""), ({"visitor": {"userId": "nobody"}}, "/visitor/userId"), ({"test": []}, "/test"),
     ({"test": {"traits": 1}}, "/test/traits"), ({"test": {}, "slot": "no"}, "/slot"),
     ({"test": {}, "matrix": 99}, "/matrix"), ({"test": {}, "matrix": "x"}, "/matrix"),
     ({"decision": 999_999_999}, "/decision"), ({"test": {}, "at": "noon"}, "/at"),
     ({"test": {}, "visitor": {"userId": "ada"}}, ""), ({"visitor": {}}, "/visitor"),
     ({"visitor": {"profile": "x"}}, "/visitor/profile"), ({"test": {}, "more": 1}, "/more"),
     ({"test": {}, "context": []}, "/context")],
)  # fmt: skip
def test_what_cannot_be_answered_is_refused_by_name(shown, asked, at):
    with pytest.raises(InvalidError) as fault:
        explain(shown, **asked)
    assert fault.value.at == at
