"""One meaning has one canonical form and one name, however its JSON was typed."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from rules.canonical import digest, document
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from tests.rules import whole

many = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
SETS = {name for name, part in operators.items() if part.shape.name in {"singles", "networks"}}


def retyped(node, draw):
    """Return the same JSON with its keys in another order and its numbers in another form."""
    if isinstance(node, dict):
        keys = draw(st.permutations(list(node)))
        found = {key: retyped(node[key], draw) for key in keys}
        if node.get("operator") in SETS and isinstance(node["value"], list):
            found["value"] = draw(st.permutations([*found["value"], found["value"][0]]))
        return found
    if isinstance(node, list):
        return [retyped(part, draw) for part in node]
    if type(node) is int and abs(node) <= 2**53:
        return float(node)
    return node


@many
@given(st.data(), whole.conditions)
def test_key_order_number_forms_and_the_order_of_a_set_mean_nothing(data, said):
    condition = whole.parsed(said)
    assume(condition is not None)
    again = parse(retyped(said, data.draw), scope=Scope.MATRIX)
    assert again == condition
    assert digest(again) == digest(condition)


@many
@given(whole.conditions)
def test_the_canonical_form_is_read_back_and_is_its_own_canonical_form(said):
    condition = whole.parsed(said)
    assume(condition is not None)
    written = document(condition)
    through = json.loads(json.dumps(written))
    again = parse(through, scope=Scope.MATRIX)
    assert again == condition
    assert document(again) == written == through
    assert digest(written) == digest(condition) == digest(through)


@many
@given(whole.conditions, whole.conditions)
def test_two_conditions_have_one_name_only_if_they_are_one(first, second):
    one, other = whole.parsed(first), whole.parsed(second)
    assume(one is not None and other is not None)
    assert (digest(one) == digest(other)) is (one == other)


def leaf(operator, value=None, **more):
    said = {"attribute": "traits.x", "operator": operator, **more}
    return said if value is None else {**said, "value": value}


ALIKE = [
    (leaf("equals", 1), leaf("equals", 1.0)),
    (leaf("equals", 0), leaf("equals", -0.0)),
    (leaf("equals", -(2**63)), leaf("equals", -float(2**63))),
    (leaf("at_least", 10**15), leaf("at_least", 1e15)),
    (leaf("equals", "a"), leaf("equals", "a", ignore_case=False)),
    (leaf("in", ["b", "a", "b"]), leaf("in", ["a", "b"])),
    (leaf("in", [1, 1.0, 2]), leaf("in", [2, 1])),
    (leaf("size", 3), leaf("size", {"at_least": 3, "at_most": 3.0})),
    (leaf("in_network", "10.1.2.3/8"), leaf("in_network", ["10.0.0.0/8"])),
    (leaf("within_last", "24h"), leaf("within_last", "P1D")),
    (leaf("before", "2026-01-01T00:00:00Z"), leaf("before", "2026-01-01T01:00:00+01:00")),
    (leaf("is_known"), {"attribute": "traits.x", "operator": "is_known", "value": None}),
    ({"event": "A"}, {"event": "A", "measure": "count", "operator": "at_least", "value": 1.0}),
    ({"event": "A", "within": "7d"}, {"event": "A", "within": "1w", "in_session": False}),
    (
        {"same": "properties.x", "within": "1d", "all": [{"event": "A"}]},
        {"same": "properties.x", "all": [{"event": "A", "within": "24h"}]},
    ),
    (
        {"sequence": [{"event": "A"}, {"not": {"event": "B", "within": "1h"}}]},
        {"sequence": [{"event": "A", "value": 1}, {"not": {"event": "B"}, "within": "60m"}]},
    ),
]
UNLIKE = [
    (leaf("equals", 1), leaf("equals", True)),
    (leaf("equals", 1), leaf("equals", "1")),
    (leaf("in", [1]), leaf("in", [True])),
    (leaf("equals", "é"), leaf("equals", "e\u0301")),
    (leaf("equals", "a"), leaf("equals", "a", ignore_case=True)),
    ({"all": [leaf("is_known")]}, {"any": [leaf("is_known")]}),
    ({"event": "A"}, {"event": "A", "within": "24h"}),
    (leaf("at_least", 0.1), leaf("at_least", 0.1 + 1e-17 + 1e-16)),
]


@pytest.mark.parametrize(("first", "second"), ALIKE, ids=str)
def test_one_meaning_has_one_name(first, second):
    one, other = (parse(said, scope=Scope.SEGMENT) for said in (first, second))
    assert one == other
    assert digest(one) == digest(other)


@pytest.mark.parametrize(("first", "second"), UNLIKE, ids=ascii)
def test_two_meanings_have_two_names(first, second):
    one, other = (parse(said, scope=Scope.SEGMENT) for said in (first, second))
    assert one != other
    assert digest(one) != digest(other)


def test_the_name_of_a_condition_never_changes():
    said = {"all": [leaf("in", ["b", "a"]), {"event": "A", "within": "7d"}]}
    assert digest(parse(said, scope=Scope.SEGMENT)) == "7e159d690844918927c1b4ba44edcc96"
