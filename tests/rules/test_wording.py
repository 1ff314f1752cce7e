"""Conditions read as sentences: every shape of the language, in words an editor would use."""

from __future__ import annotations

import pytest

from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from rules.wording import duration, words

PRO = {"attribute": "traits.plan", "operator": "equals", "value": "pro"}
SAID = [
    ({"everyone": True}, "everyone"),
    (PRO, 'traits.plan is "pro"'),
    ({"all": [PRO, {"any": [{"segment": "a"}, {"segment": "b"}]}]},
     'traits.plan is "pro" and (in segment "a" or in segment "b")'),
    ({"not": {"segment": "vip"}}, 'not in segment "vip"'),
    ({"attribute": "traits.age", "operator": "between", "value": [18, 30]},
     "traits.age is between 18 and 30"),
    ({"attribute": "traits.seen", "operator": "within_last", "value": "7d"},
     "traits.seen is within the last 7 days"),
    ({"attribute": "traits.plan", "operator": "is_known"}, "traits.plan is known"),
    ({"event": "Order Completed"}, "placed an order"),
    ({"event": "Product Viewed", "within": "24h", "operator": "at_least", "value": 3},
     "viewed a product at least 3 times within 24 hours"),
    ({"not": {"event": "Order Completed", "within": "60d"}},
     "not placed an order within 60 days"),
    ({"not": {"event": "Newsletter Read"}}, 'did not "Newsletter Read"'),
    ({"event": "Order Completed", "within": "30d", "measure": {"sum": "properties.revenue"},
      "operator": "at_least", "value": 500},
     'the sum of properties.revenue in "Order Completed" within 30 days is at least 500'),
    ({"event": "Product Viewed", "between": ["2d", "1d"]},
     "viewed a product between 2 days and 24 hours ago"),
    ({"same": "properties.product_id", "within": "24h",
      "all": [{"event": "Product Added"}, {"not": {"event": "Order Completed"}}]},
     ("for the same properties.product_id within 24 hours"
      " (added a product to the cart and not placed an order)")),
]  # fmt: skip


@pytest.mark.parametrize(("document", "said"), SAID)
def test_a_condition_is_a_sentence(document: dict, said: str):
    assert words(parse(document, scope=Scope.MATRIX)) == said


@pytest.mark.parametrize("name", sorted(operators))
def test_every_operator_is_said_by_its_label(name: str):
    of_events = operators[name].of_events
    leaf = {"event": "A"} if of_events else {"attribute": "traits.x"}
    leaf |= {"operator": name, "value": operators[name].example.operand}
    if leaf["value"] is None:
        del leaf["value"]
    said = words(parse(leaf, scope=Scope.MATRIX))
    who = 'did "A"' if of_events else "traits.x"
    assert said.startswith(f"{who} {operators[name].label}")


def test_a_duration_is_said_in_the_largest_unit_that_stays_whole():
    second = 1_000_000
    said = [duration(n * second) for n in (1, 90, 3_600, 86_400, 90_000, 172_800)]
    assert said == ["1 second", "90 seconds", "1 hour", "24 hours", "25 hours", "2 days"]
