"""What the parser takes and what it refuses, and that nothing is lost on the way through."""

from __future__ import annotations

import pytest
from hypothesis import given

from rules import compiler
from rules.canonical import digest, document
from rules.compiler import attributes, measures, segments
from rules.conditions import Measure, Same, Test
from rules.errors import InvalidError
from rules.parser import parse, parse_measure
from rules.plans import recipe
from rules.scopes import Scope
from tests.rules import made

CART = {
    "same": "properties.product_id",
    "within": "24h",
    "all": [
        {"event": "Product Viewed", "operator": "at_least", "value": 3},
        {"event": "Product Added"},
        {"not": {"event": "Order Completed"}},
    ],
}


@given(made.conditions)
def test_a_condition_comes_back_as_it_went(said):
    condition = parse(said, scope=Scope.MATRIX)
    written = document(condition)
    assert parse(written, scope=Scope.MATRIX) == condition
    assert digest(written) == digest(condition)


def test_an_empty_condition_is_an_error_since_everyone_must_be_said():
    with pytest.raises(InvalidError) as caught:
        parse({}, scope=Scope.SEGMENT)
    assert caught.value.code == "shape"


def test_depth_is_bounded():
    said = {"everyone": True}
    for _ in range(20):
        said = {"not": said}
    with pytest.raises(InvalidError) as caught:
        parse(said, scope=Scope.SEGMENT)
    assert caught.value.code == "too_deep"


def test_size_is_bounded():
    said = {"all": [{"any": [{"everyone": True}] * 100}] * 10}
    with pytest.raises(InvalidError) as caught:
        parse(said, scope=Scope.SEGMENT)
    assert caught.value.code == "too_large"


def test_cost_is_bounded():
    with pytest.raises(InvalidError) as caught:
        parse({"any": [{"event": "A"}] * 100}, scope=Scope.SEGMENT)
    assert caught.value.code == "too_costly"


def test_equal_meaning_has_one_name_and_other_meaning_another():
    first = {"attribute": "traits.a", "operator": "in", "value": ["x", "y", "x"]}
    second = {"value": ["y", "x"], "operator": "in", "attribute": "traits.a"}
    assert digest(parse(first, scope=Scope.MATRIX)) == digest(parse(second, scope=Scope.MATRIX))
    one = parse({"attribute": "traits.a", "operator": "equals", "value": 1}, scope=Scope.MATRIX)
    yes = parse({"attribute": "traits.a", "operator": "equals", "value": True}, scope=Scope.MATRIX)
    assert one != yes
    assert digest(one) != digest(yes)
    assert len(digest(one)) == 32


def test_same_spreads_its_span_over_its_leaves():
    same = parse(CART, scope=Scope.SEGMENT)
    assert isinstance(same, Same)
    assert measures(same) == (same,)
    assert parse(document(same), scope=Scope.SEGMENT) == same
    assert document(same)["all"][1]["within"] == "24h"


def test_what_a_condition_needs_can_be_told_without_running_it():
    said = {
        "all": [
            {"segment": "vip"},
            {"attribute": "traits.a", "operator": "is_known"},
            {"not": {"event": "A", "within": "1h"}},
            {
                "attribute": "time.now",
                "operator": "weekday",
                "value": {"days": ["friday"], "zone": "visitor"},
            },
        ]
    }
    condition = parse(said, scope=Scope.MATRIX)
    assert attributes(condition) == {"traits.a", "time.now", "context.timezone"}
    assert segments(condition) == {"vip"}
    assert [measure.event for measure in measures(condition)] == ["A"]


@pytest.mark.parametrize(
    "said",
    [
        {"sequence": [{"event": "A"}, {"event": "B"}], "in_session": True},
        {"has_been": {"segment": "vip"}, "for": "30m"},
    ],
)
def test_shapes_of_later_versions_are_read_but_not_run(said):
    condition = parse(said, scope=Scope.SEGMENT)
    assert parse(document(condition), scope=Scope.SEGMENT) == condition
    with pytest.raises(InvalidError) as caught:
        compiler.compile(condition, {asked: recipe(asked).key for asked in measures(condition)})
    assert caught.value.code == "unsupported"


def test_a_measure_is_an_event_a_filter_a_span_and_an_aggregate():
    said = {
        "event": "Order Completed",
        "where": {"attribute": "properties.total", "operator": "at_least", "value": 10},
        "within": "90d",
        "measure": {"sum": "properties.total"},
    }
    measure = parse_measure(said)
    assert measure.kind == "sum"
    assert isinstance(measure.where, Test)
    assert document(measure) == said
    assert parse_measure({"event": "A"}) == Measure("A")


def test_an_operand_no_sum_can_reach_is_refused_by_name():
    said = {"event": "A", "measure": {"sum": "properties.x"}, "operator": "at_least"}
    with pytest.raises(InvalidError) as caught:
        parse({**said, "value": 10**13}, scope=Scope.SEGMENT)
    assert (caught.value.at, caught.value.code) == ("/value", "out_of_range")
