"""What a matrix makes of the rows that hold: one, several, or one value of them all."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Everyone
from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix.document import Matrix, Row, document, parse
from rules.matrix.outcome import same
from rules.matrix.policies import AGGREGATES, POLICIES
from tests.rules import made, naive_matrix

NUMBERS = [0, 1, 2, 5, -3, 0.1, 0.2, 1e-7, 10**15, 2.5]
EVERYONE = {"everyone": True}


def rows(*thens, when=EVERYONE):
    return [{"id": f"r{i}", "when": when, "then": then} for i, then in enumerate(thens)]


def values(*thens):
    return rows(*({"values": then} for then in thens))


def decide(said, facts=None):
    return matrices.compile(parse(said), {}).decide(facts or Facts(), "u")


summed = st.builds(
    lambda rows, thens, aggregate: {
        "hit_policy": "collect",
        "aggregate": aggregate,
        "rows": [
            {**row, "id": f"r{i}", "then": {"values": then}}
            for i, (row, then) in enumerate(zip(rows, thens, strict=False))
        ],
    },
    st.lists(made.rows, max_size=6),
    st.lists(
        st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(NUMBERS), min_size=1),
        max_size=6,
    ),
    st.sampled_from(list(AGGREGATES)),
)


@settings(max_examples=100)
@given(summed, made.facts)
def test_an_aggregate_is_made_of_the_rows_that_hold(said, facts):
    matrix = parse(said)
    choice = matrices.compile(matrix, {}).decide(facts, "u")
    names = dict.fromkeys(name for row in matrix.rows for name, _ in row.values)
    found = choice.then["values"]
    if not names:
        assert found == ({"count": 0} if matrix.aggregate == "count" else {})
        return
    assert list(found) == list(names)
    for name, value in found.items():
        wanted = naive_matrix.aggregate(matrix, facts, "u", name)
        assert value == (float(wanted) if isinstance(wanted, Decimal) else wanted)
    held = naive_matrix.holding(matrix, facts, "u")
    assert (choice.row, choice.reason) == (None, "matched" if held else "nothing")
    assert parse(document(matrix)) == matrix


def test_sums_are_exact_in_the_decimals_people_write():
    said = {"hit_policy": "collect", "aggregate": "sum"}
    for parts, total in (([0.1, 0.2], 0.3), ([0.1] * 10, 1), ([1e15, 0.125, -1e15], 0.125)):
        choice = decide({**said, "rows": values(*({"x": part} for part in parts))})
        assert choice.then == {"values": {"x": total}}
        assert type(choice.then["values"]["x"]) is (int if total == 1 else float)


def test_a_count_needs_no_values():
    said = {"hit_policy": "collect", "aggregate": "count", "rows": rows(*[{"variant": "a"}] * 3)}
    assert decide(said).then == {"values": {"count": 3}}


def test_texts_have_a_least_and_a_greatest_too():
    said = {"hit_policy": "collect", "rows": values({"x": "b"}, {"x": "a"})}
    assert decide({**said, "aggregate": "min"}).then == {"values": {"x": "a"}}
    assert decide({**said, "aggregate": "max"}).then == {"values": {"x": "b"}}


@pytest.mark.parametrize("aggregate", list(AGGREGATES))
def test_more_rows_than_a_list_may_hold_are_aggregated(aggregate):
    said = {"hit_policy": "collect", "aggregate": aggregate}
    found = decide({**said, "rows": values(*[{"x": 2}] * 300)}).then["values"]["x"]
    assert found == {"count": 300, "sum": 600}.get(aggregate, 2)


def test_without_a_row_the_outputs_have_their_defaults():
    nobody = {"rows": rows({"values": {"x": 1}}, when={"segment": "vip"})}
    outputs = [{"name": "x", "default": 7}, {"name": "y"}]
    for policy in POLICIES:
        said = {**nobody, "hit_policy": policy}
        assert decide(said).then is None
        assert decide({**said, "outputs": outputs}).then == {"values": {"x": 7}}
        assert decide({**said, "outputs": outputs}).reason == "nothing"
    summing = {**nobody, "hit_policy": "collect", "aggregate": "sum"}
    assert decide(summing).then == {"values": {"x": 0}}
    assert decide({**summing, "aggregate": "min"}).then == {"values": {"x": None}}
    assert decide({**summing, "outputs": outputs}).then == {"values": {"x": 7}}


def test_declared_values_rank_the_rows_the_first_of_them_first():
    outputs = [
        {"name": "fit", "values": ["good", "fair", "bad"]},
        {"name": "free", "label": "never ranks"},
        {"name": "risk", "values": [1, 2, True]},
    ]
    thens = [
        {"fit": "fair", "risk": 1},
        {"fit": "good", "risk": True},
        {"fit": "good", "risk": 2, "free": 0},
        {"free": 9},
        {"fit": "good", "risk": 2, "free": 1},
    ]
    said = {"hit_policy": "output_order", "outputs": outputs, "rows": values(*thens)}
    found = matrices.compile(parse(said), {}).collect(Facts(), "u")
    assert [choice.index for choice in found] == [2, 4, 1, 0, 3]
    assert decide({**said, "hit_policy": "priority"}).index == 2
    said["rows"][3]["priority"] = 1
    assert decide({**said, "hit_policy": "priority"}).index == 3
    assert parse(document(parse(said))) == parse(said)


def test_collect_and_rule_order_keep_the_order_of_the_list_and_the_limit():
    for policy in ("collect", "rule_order"):
        said = {"hit_policy": policy, "limit": 2, "rows": values(*({"x": i} for i in range(4)))}
        found = matrices.compile(parse(said), {})
        assert [choice.index for choice in found.collect(Facts(), "u")] == [0, 1]
        assert len(found.collect(Facts(), "u", 3)) == 3
        assert document(parse(said))["limit"] == 2


def test_any_tells_one_from_true_and_whole_numbers_from_nothing():
    same = values({"x": 1, "y": [2]}, {"y": [2.0], "x": 1.0})
    assert decide({"hit_policy": "any", "rows": same}).reason == "matched"
    for other in ({"x": True, "y": [2]}, {"x": 1}, {"x": 1, "y": [True]}, {"x": "1", "y": [2]}):
        parted = values({"x": 1, "y": [2]}, other)
        assert decide({"hit_policy": "any", "rows": parted}).reason == "conflict"


REFUSED = [
    ({"hit_policy": "best"}, "/hit_policy", "value"),
    ({"hit_policy": ["first"]}, "/hit_policy", "value"),
    ({"aggregate": "sum"}, "/aggregate", "value"),
    ({"hit_policy": "collect", "aggregate": "avg"}, "/aggregate", "value"),
    ({"hit_policy": "collect", "aggregate": {}}, "/aggregate", "value"),
    ({"hit_policy": "collect", "aggregate": "count", "limit": 3}, "/limit", "value"),
    ({"hit_policy": "priority", "limit": 3}, "/limit", "value"),
    (
        {"hit_policy": "collect", "aggregate": "sum", "rows": rows({"variant": "a"})},
        "/rows/0/then",
        "missing",
    ),
    (
        {"hit_policy": "collect", "aggregate": "sum", "rows": values({"x": True})},
        "/rows/0/then/values/x",
        "type",
    ),
    (
        {"hit_policy": "collect", "aggregate": "max", "rows": values({"x": 1}, {"x": "a"})},
        "/rows/1/then/values/x",
        "type",
    ),
    (
        {"hit_policy": "collect", "aggregate": "sum", "rows": values({"a/b": -(10**15) - 1})},
        "/rows/0/then/values/a~1b",
        "out_of_range",
    ),
    ({"outputs": [{"name": "x"}, {"name": "x"}]}, "/outputs/1/name", "duplicate"),
    ({"outputs": [{"name": "x", "values": []}]}, "/outputs/0/values", "length"),
    ({"outputs": [{"name": "x", "values": [None]}]}, "/outputs/0/values/0", "type"),
    ({"outputs": [{"name": "x", "kind": 1}]}, "/outputs/0/kind", "unknown_key"),
    ({"outputs": [{"name": "x"}], "rows": values({"y": 1})}, "/rows/0/then/values/y", "unknown"),
    (
        {"outputs": [{"name": "x", "values": [1]}], "rows": values({"x": True})},
        "/rows/0/then/values/x",
        "value",
    ),
    ({"rows": rows({})}, "/rows/0/then", "missing"),
    ({"rows": rows([])}, "/rows/0/then", "type"),
    ({"rows": rows({"variant": ""})}, "/rows/0/then/variant", "length"),
    ({"rows": rows({"values": {}})}, "/rows/0/then/values", "length"),
    ({"rows": rows({"values": {"x": {}}})}, "/rows/0/then/values/x", "type"),
    ({"rows": rows({"values": {"x": [[1]]}})}, "/rows/0/then/values/x/0", "type"),
    ({"rows": rows({"values": {"x": float("nan")}})}, "/rows/0/then/values/x", "type"),
    ({"rows": rows({"values": {"x": list(range(101))}})}, "/rows/0/then/values/x", "length"),
    ({"rows": rows({"values": {"": 1}})}, "/rows/0/then/values/", "length"),
    ({"rows": rows({"experiment": "a", "variant": "a"})}, "/rows/0/then/experiment", "shape"),
]


@pytest.mark.parametrize(("said", "at", "code"), REFUSED)
def test_what_makes_no_sense_is_refused_where_it_stands(said, at, code):
    with pytest.raises(InvalidError) as caught:
        parse({"rows": [], **said})
    assert (caught.value.at, caught.value.code) == (at, code)


def test_answers_that_are_equal_numbers_agree_however_they_are_written():
    two = {"a": (2.0, -0.0), "b": 3.0}
    assert same(two) == same({"b": 3, "a": (2, 0)})
    assert same({"a": 2.5}) != same({"a": 2})
    assert same({"a": True}) != same({"a": 1.0})
    agreeing = [Row(str(price), Everyone(), "", values=(("p", price),)) for price in (2, 2.0)]
    made = matrices.compile(Matrix(tuple(agreeing), hit_policy="any"), {})
    assert made.decide(Facts(), "u").reason == "matched"
