"""The contract every operator keeps, whichever file it stands in."""

from __future__ import annotations

import pytest

from rules import compiler
from rules.canonical import document
from rules.conditions import Test
from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix import document as matrix_documents
from rules.operators.registry import operators
from rules.parser import parse
from rules.scopes import Scope
from rules.values import TYPES

of_attributes = [part for part in operators.values() if not part.of_events]
of_events = [part for part in operators.values() if part.of_events]
partial = [part for part in of_attributes if not part.total]


def parametrized(parts):
    return pytest.mark.parametrize("part", parts, ids=[part.name for part in parts])


every_operator = parametrized(of_attributes)
every_habit = parametrized(of_events)
every_operator_with_an_opposite = parametrized([part for part in of_attributes if part.negation])
every_partial_operator = parametrized(partial)
STRANGERS = {
    "string": "text",
    "number": 7,
    "boolean": True,
    "datetime": 7,
    "list": ("a",),
    "version": "1.2.3",
    "ip": "10.0.0.1",
    "location": (1.0, 2.0),
}


def told(part):
    said = {"attribute": "traits.x", "operator": part.name}
    return said if part.example.operand is None else {**said, "value": part.example.operand}


@every_operator
def test_is_true_and_false_of_its_examples(part):
    answer = compiler.compile(parse(told(part), scope=Scope.MATRIX), {})
    assert answer(Facts({"traits.x": part.example.yes})) is True
    assert answer(Facts({"traits.x": part.example.no})) is False


@every_operator
def test_is_unknown_of_the_unknown_unless_it_asks_about_that(part):
    answer = compiler.compile(parse(told(part), scope=Scope.MATRIX), {})
    for facts in (Facts(), Facts({"traits.x": None})):
        assert (answer(facts) is None) is not part.total


@every_partial_operator
def test_is_unknown_of_a_value_of_another_type(part):
    answer = compiler.compile(parse(told(part), scope=Scope.MATRIX), {})
    alike = {"datetime": "number", "number": "datetime", "version": "string", "ip": "string"}
    kinds = {*part.kinds, *(alike.get(kind) for kind in part.kinds)}
    if part.name in ("equals", "not_equals", "in", "not_in"):
        kinds = {"string", "version", "ip"}
    if "string" in kinds:
        kinds |= {"version", "ip"}
    if "list" in kinds or "location" in kinds:
        kinds |= {"list", "location"}
    for kind, value in STRANGERS.items():
        if kind not in kinds:
            assert answer(Facts({"traits.x": value})) is None, (kind, value)


@every_partial_operator
def test_is_unknown_of_values_that_are_of_no_type(part):
    answer = compiler.compile(parse(told(part), scope=Scope.MATRIX), {})
    for value in ({}, object(), b"bytes"):
        assert answer(Facts({"traits.x": value})) is None


@every_operator
def test_comes_back_from_json_as_it_went(part):
    condition = parse(told(part), scope=Scope.MATRIX)
    assert parse(document(condition), scope=Scope.MATRIX) == condition
    assert document(parse(document(condition), scope=Scope.MATRIX)) == document(condition)
    hash(condition)


@every_habit
def test_is_read_of_an_event_and_answered_by_a_window_of_its_own(part):
    said = {"event": "Order Completed", "within": "90d", "operator": part.name}
    if part.example.operand is not None:
        said["value"] = part.example.operand
    condition = parse(said, scope=Scope.SEGMENT)
    assert document(condition) == said
    assert parse(document(condition), scope=Scope.SEGMENT) == condition
    window = compiler.windowed(condition)
    assert (window.kind, window.setting) == (part.name, condition.value)
    assert compiler.compile(condition, {window: "k"})(Facts()) is False
    assert (part.bind(condition.value)(True, Facts()), part.bind(condition.value)(7, Facts())) == (
        part.example.yes,
        None,
    )
    with pytest.raises(InvalidError, match="no measure"):
        parse({**said, "measure": {"sum": "properties.x"}}, scope=Scope.SEGMENT)
    with pytest.raises(InvalidError, match="is asked of events"):
        parse({**told(part)}, scope=Scope.SEGMENT)


@every_operator
def test_a_row_of_the_matrix_holds_exactly_where_it_is_true(part):
    when = told(part)
    answer = compiler.compile(parse(when, scope=Scope.MATRIX), {})
    rows = [
        {"id": "is", "when": when, "then": {"variant": "x"}},
        {"id": "is not", "when": {"not": when}, "then": {"variant": "x"}},
    ]
    indexed = matrices.compile(matrix_documents.parse({"rows": rows}), {})
    values = [part.example.yes, part.example.no, *STRANGERS.values(), None, 0, 1.0, "", (), False]
    names = {True: "is", False: "is not", None: None}
    for value in values:
        facts = Facts({"traits.x": value})
        assert indexed.decide(facts, "u").row == names[answer(facts)], value


@every_operator_with_an_opposite
def test_negates_its_negation(part):
    other = operators[part.negation]
    assert other.negation == part.name
    assert (other.kinds, other.shape, other.index) == (part.kinds, part.shape, part.index)


@every_operator
def test_says_what_it_is(part):
    assert part.label
    assert part.doc.endswith(".")
    assert set(part.kinds) <= set(TYPES)
    assert part.shape.schema
    assert len(part.label) < 40


@every_operator
def test_refuses_operands_of_every_other_shape(part):
    strange = [None, True, -1, "", "x", [], ["x"], {}, {"x": 1}, float("nan"), [1, 2, 3], "a\0b"]
    errors = []
    for operand in strange:
        try:
            part.bind(part.shape.read(operand, "/value"))
        except InvalidError as error:
            errors.append(error)
    assert errors
    assert all(error.at.startswith("/value") and error.message for error in errors)


@every_operator
def test_knows_case_only_where_it_says_so(part):
    said = {**told(part), "ignore_case": True}
    if part.cases:
        condition = parse(said, scope=Scope.MATRIX)
        assert isinstance(condition, Test)
        assert condition.ignore_case
        compiler.compile(condition, {})
    else:
        with pytest.raises(InvalidError, match="knows no case"):
            parse(said, scope=Scope.MATRIX)


def test_turns_are_where_an_answer_changes_by_time_alone():
    for name in ("within_last", "older_than", "within_next", "further_than"):
        part = operators[name]
        check = part.bind(10)
        truths = [check(100, Facts(now=now)) for now in range(80, 130)]
        flips = {now for now in range(81, 130) if truths[now - 80] != truths[now - 81]}
        assert flips == set(part.turns(10, 100, 0)), name


def test_case_is_folded_as_unicode_says():
    test = {"attribute": "traits.x", "operator": "contains", "value": "STRASSE"}
    answer = compiler.compile(parse({**test, "ignore_case": True}, scope=Scope.MATRIX), {})
    assert answer(Facts({"traits.x": "An der Straße"})) is True


def test_hours_are_those_of_the_visitor_the_site_or_a_named_zone():
    evening = 19 * 3_600_000_000
    for zone, told_zone, truth in (
        ("visitor", {"context.timezone": "America/New_York"}, False),
        ("visitor", {"context.timezone": "Europe/Berlin"}, True),
        ("visitor", {}, None),
        ("visitor", {"context.timezone": "../../etc/passwd"}, None),
        ("site", {"time.zone": "Europe/Berlin"}, True),
        ("Asia/Tokyo", {}, False),
    ):
        hours = {"from": "20:00", "until": "22:00", "zone": zone}
        said = {"attribute": "time.now", "operator": "time_of_day", "value": hours}
        answer = compiler.compile(parse(said, scope=Scope.MATRIX), {})
        assert answer(Facts(told_zone, now=evening)) is truth, (zone, told_zone)


@every_operator
def test_fails_of_no_value_whatever_it_is(part):
    answer = compiler.compile(parse(told(part), scope=Scope.MATRIX), {})
    strange = [
        float("nan"),
        float("inf"),
        2**200,
        -(2**200),
        "\ud800",
        "\0",
        "1.2.3-\ud800",
        "x" * 10**5,
    ]
    pairs = [(1.0,), (1.0, 2.0, 3.0), ("a", "b"), (float("nan"), 0), (10**400, 0), ({}, [])]
    for value in [*strange, *pairs, *map(list, pairs), {"latitude": 1}, {"a": {}}, object()]:
        assert answer(Facts({"traits.x": value})) in (True, False, None)
