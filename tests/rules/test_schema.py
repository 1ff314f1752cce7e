"""The generated schema takes what the parser takes, and refuses what is of another shape."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from rules import schema
from rules.operators.registry import operators
from rules.scopes import Scope
from tests.rules import made
from tests.rules.test_parser import CART

CONDITIONS = {scope: Draft202012Validator(schema.condition(scope)) for scope in Scope}
MATRIX = Draft202012Validator(schema.matrix())
VECTORS = Path(__file__).parents[1] / "vectors"
SHAPES = {"shape", "type", "unknown_key", "scope", "attribute", "missing", "operator"}


def cases(name):
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))["cases"]


@settings(max_examples=25, deadline=None)
@given(made.conditions)
def test_the_schema_takes_what_the_parser_takes(said):
    spoken = json.loads(json.dumps(said), object_hook=without_nulls)
    assert CONDITIONS[Scope.MATRIX].is_valid(spoken), spoken


def without_nulls(found):
    return {key: value for key, value in found.items() if value is not None}


@pytest.mark.parametrize("part", operators.values(), ids=list(operators))
def test_the_schema_takes_every_operator(part):
    on = {"event": "A"} if part.of_events else {"attribute": "traits.x"}
    said = {**on, "operator": part.name}
    if part.example.operand is not None:
        said["value"] = part.example.operand
    assert CONDITIONS[Scope.SEGMENT].is_valid(said)
    assert not CONDITIONS[Scope.SEGMENT].is_valid({**said, "more": 1})


def test_the_schema_takes_events_and_groups():
    for said in (
        CART,
        {"event": "A", "within": "90d", "measure": {"sum": "properties.x"}}
        | {"operator": "at_least", "value": 1},
        {"sequence": [{"event": "A", "value": 3}, {"not": {"event": "B"}, "within": "30m"}]},
        {"has_been": {"segment": "vip"}, "for": "30m"},
    ):
        assert CONDITIONS[Scope.SEGMENT].is_valid(said), said


def test_schema_and_parser_agree_on_the_vectors():
    for case in cases("conditions"):
        valid = CONDITIONS[Scope[case["scope"].upper()]].is_valid(case["condition"])
        if "answer" in case:
            assert valid, case
        elif case["refused"]["code"] in SHAPES and "/value" not in case["refused"]["at"]:
            assert not valid, case
    for case in cases("matrix"):
        if "decisions" in case:
            assert MATRIX.is_valid(case["matrix"]), case
