"""The generated schema and the parser agree on every document, but for what no schema can say."""

from __future__ import annotations

import copy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from rules import parser, schema
from rules.errors import InvalidError
from rules.matrix.document import parse as parse_matrix
from rules.scopes import Scope
from tests.rules import made, whole

VALIDATORS = {scope: Draft202012Validator(schema.condition(scope)) for scope in Scope}
MATRIX = Draft202012Validator(schema.matrix())
quiet = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))

JUNK = [
    None, True, False, 0, 1, -1, 1.5, 10**7, 101, "", "x", "24h", "1970-01-01T00:00:00Z", "a\0b",
    "x" * 2_000, "traits.", "traits..x", "context.x", "properties.x", "count", "sum", "same",
    "rate", "equals", "contains", "first_time", "in", "weekday", "no such", [], [1], ["a", "b"],
    [[]], {}, {"a": 1}, {"sum": "properties.x"},
    {"first": "properties.x"}, {"count": None}, {"recency": "x"},
    {"rate": "A"}, {"same": "properties.x"}, {"everyone": True}, {"everyone": False},
    {"event": "A"}, {"from": "25:00", "until": "06:00"}, ["24h", "1h"], ["24h"],
]  # fmt: skip
OF_VALUES = {"operator", "scope", "value", "number"}
"""What a value is refused for that depends on more than the operator."""
KEYS = [
    "all", "any", "not", "everyone", "attribute", "operator", "value", "ignore_case", "segment",
    "event", "where", "within", "between", "since", "until", "in_session", "measure", "same",
    "sequence", "strict", "has_been", "for", "id", "when", "then", "rollout", "note", "group",
    "experiment", "variant", "values",
    "limit", "zone", "days", "at_least", "other",
]  # fmt: skip


def places(node, at=()):
    """Yield the way to every container of a document."""
    yield at
    inner = node.items() if isinstance(node, dict) else enumerate(node)
    for key, part in inner:
        if isinstance(part, dict | list):
            yield from places(part, (*at, key))


@st.composite
def damaged(draw, documents):
    """Return a document of which one or two places were changed."""
    found = copy.deepcopy(draw(documents))
    for _ in range(draw(st.integers(0, 2))):
        node = found
        for key in draw(st.sampled_from(list(places(found)))):
            node = node[key]
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        deed = draw(st.sampled_from(["replace", "remove", "add"]))
        junk = copy.deepcopy(draw(st.sampled_from(JUNK)))
        if deed == "add" and isinstance(node, dict):
            node[draw(st.sampled_from(KEYS))] = junk
        elif deed == "add":
            node.append(junk)
        elif keys and deed == "remove":
            del node[draw(st.sampled_from(keys))]
        elif keys:
            node[draw(st.sampled_from(keys))] = junk
    return found


def fault(read, said):
    try:
        read(said)
    except InvalidError as error:
        return error
    return None


def agree(read, validator, said):
    error, valid = fault(read, said), validator.is_valid(said)
    if error is None:
        assert valid, said
    elif valid:
        inside_value = "/value" in error.at and error.code in {
            "operator",
            "scope",
            "value",
            "number",
        }
        assert error.code in schema.BEYOND or inside_value, (str(error), error.code, said)


def conditions_agree(scope, said):
    agree(lambda document: parser.parse(document, scope=scope), VALIDATORS[scope], said)


@quiet
@given(st.sampled_from(list(Scope)), damaged(whole.conditions))
def test_a_condition_is_taken_by_both_or_by_neither(scope, said):
    conditions_agree(scope, said)


@pytest.mark.nightly
@settings(quiet, max_examples=3_000)
@given(st.sampled_from(list(Scope)), damaged(whole.conditions))
def test_a_condition_is_taken_by_both_or_by_neither_in_a_long_search(scope, said):
    conditions_agree(scope, said)


@settings(quiet, max_examples=12)
@given(damaged(made.matrices))
def test_a_matrix_is_taken_by_both_or_by_neither(said):
    agree(parse_matrix, MATRIX, said)


@pytest.mark.parametrize("validator", [*VALIDATORS.values(), MATRIX])
def test_the_schema_is_one(validator):
    Draft202012Validator.check_schema(validator.schema)
