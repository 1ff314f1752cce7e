"""The behaviour as numbered vectors that any language can run; here Python runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rules import compiler
from rules.allocation import included, position
from rules.canonical import document
from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix import document as matrix_documents
from rules.parser import parse
from rules.placeholders import parse as parse_template
from rules.placeholders import render
from rules.scopes import Scope
from rules.values import canonical
from tests.rules import naive

VECTORS = Path(__file__).parents[1] / "vectors"
WORDS = {True: "true", False: "false", None: "unknown"}
PREFIXES = ("traits.", "context.")


def vectors(name, *keys):
    """Return the decorator that runs a test over the cases of a file that have all the keys."""
    cases = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))["cases"]
    found = [case for case in cases if all(key in case for key in keys)]
    assert found
    return pytest.mark.parametrize("case", found, ids=lambda case: f"{name}-{case['number']}")


def facts(said):
    now = said.get("now", 1_700_000_000_000_000)
    return Facts(said.get("attributes", {}), said.get("segments", {}), {}, now)


@vectors("conditions", "answer")
def test_a_condition_answers(case):
    condition = parse(case["condition"], scope=Scope[case["scope"].upper()])
    assert WORDS[compiler.compile(condition, {})(facts(case["facts"]))] == case["answer"]
    assert parse(document(condition), scope=Scope.MATRIX) == condition


@vectors("conditions", "answer")
def test_a_row_fires_only_on_true(case):
    row = {"id": "a", "when": case["condition"], "then": {"variant": "x"}}
    compiled = matrices.compile(matrix_documents.parse({"rows": [row]}), {})
    fired = compiled.decide(facts(case["facts"]), "u").row == "a"
    assert fired is (case["answer"] == "true")


@vectors("conditions", "answer")
def test_the_naive_reading_agrees(case):
    condition = parse(case["condition"], scope=Scope[case["scope"].upper()])
    assert WORDS[naive.answer(condition, facts(case["facts"]))] == case["answer"]


@vectors("conditions", "refused")
def test_a_condition_is_refused(case):
    with pytest.raises(InvalidError) as caught:
        parse(case["condition"], scope=Scope[case["scope"].upper()])
    assert {"at": caught.value.at, "code": caught.value.code} == case["refused"]


@vectors("matrix", "decisions")
def test_a_matrix_decides(case):
    matrix = matrix_documents.parse(case["matrix"])
    compiled = matrices.compile(matrix, {})
    for decision in case["decisions"]:
        choice = compiled.decide(facts(decision["facts"]), decision["unit"])
        assert (choice.row, choice.reason) == (decision["row"], decision["reason"]), decision
    assert matrix_documents.parse(matrix_documents.document(matrix)) == matrix


@vectors("matrix", "collected")
def test_a_matrix_collects(case):
    compiled = matrices.compile(matrix_documents.parse(case["matrix"]), {})
    for asked in case["collected"]:
        found = compiled.collect(facts(asked["facts"]), asked["unit"])
        assert [choice.row for choice in found] == asked["rows"], asked


@vectors("matrix", "refused")
def test_a_matrix_is_refused(case):
    with pytest.raises(InvalidError) as caught:
        matrix_documents.parse(case["matrix"])
    assert {"at": caught.value.at, "code": caught.value.code} == case["refused"]


@vectors("values", "kind")
def test_a_value_reaches_the_form_of_its_type(case):
    value = canonical(case["kind"], case["raw"])
    written = list(value) if isinstance(value, tuple) else value
    assert written == case["value"]
    assert type(written) is type(case["value"])


@vectors("placeholders", "result")
def test_a_template_renders(case):
    template = parse_template(case["source"], kind=case["kind"], prefixes=PREFIXES)
    assert render(template, case["values"].get) == case["result"]


@vectors("placeholders", "refused")
def test_a_template_is_refused(case):
    with pytest.raises(InvalidError) as caught:
        parse_template(case["source"], kind=case["kind"], prefixes=PREFIXES)
    assert caught.value.code == case["refused"]["code"]


@vectors("allocation", "position")
def test_a_unit_stands_where_it_stands(case):
    if case["position"] is None:
        with pytest.raises(ValueError, match="versions"):
            position(case["seed"], case["unit"], case["version"])
    else:
        assert position(case["seed"], case["unit"], case["version"]) == case["position"]


@vectors("allocation", "included")
def test_a_unit_is_included_or_not(case):
    assert included(case["seed"], case["unit"], case["percent"]) is case["included"]
