"""The bitmap index decides what reading the rows one by one would."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import All, EventTest, Measure, Not, Same
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix import index, sorting
from rules.matrix.clauses import clauses
from rules.matrix.document import Matrix, Row, document, parse
from rules.matrix.policies import POLICIES
from rules.parser import parse as parse_condition
from rules.scopes import Scope
from rules.windows.registry import create
from tests.rules import made, naive, naive_matrix


@settings(max_examples=100)
@given(made.matrices, st.lists(made.facts, min_size=1, max_size=5), st.sampled_from("uvwxyz"))
def test_the_index_decides_as_the_rows_do_one_by_one(said, people, unit):
    matrix = parse(said)
    compiled = matrices.compile(matrix, {})
    for facts in people:
        choice = compiled.decide(facts, unit)
        assert (choice.index, choice.reason) == naive_matrix.decision(matrix, facts, unit)
        collected = [each.index for each in compiled.collect(facts, unit)]
        assert collected == naive_matrix.holding(matrix, facts, unit)


def random_condition(source, depth):
    if depth and source.random() < 0.4:
        parts = [random_condition(source, depth - 1) for _ in range(source.randint(1, 4))]
        return {source.choice(["all", "any"]): parts}
    if source.random() < 0.1:
        return {"not": random_condition(source, depth)}
    if source.random() < 0.2:
        return {"segment": source.choice(made.SEGMENTS)}
    single = ["equals", "not_equals", "contains"]
    several = ["in", "not_in", "has_any", "has_none", "has_all", "not_has_all"]
    number = ["at_least", "less_than", "at_most", "more_than"]
    operator = source.choice([*single, *several, *number, "is_unknown"])
    value = source.choice(made.NUMBERS if operator in number else made.TEXTS[:3])
    if operator in several:
        value = source.sample(made.SINGLES, source.randint(1, 3))
    test = {"attribute": source.choice(made.PATHS), "operator": operator}
    return test if operator == "is_unknown" else {**test, "value": value}


def random_facts(source):
    told = [*made.SINGLES, None, "other", 2.5, ("pro", 1), (True,), ()]
    return Facts(
        {path: source.choice(told) for path in made.PATHS if source.random() < 0.8},
        {name: source.random() < 0.5 for name in made.SEGMENTS if source.random() < 0.8},
        {},
        source.choice([0, 10**15]),
    )


@pytest.mark.parametrize("seed", range(12))
def test_long_matrices_of_nested_rows_decide_as_the_rows_do_one_by_one(seed):
    source = Random(seed)
    rows = [
        {
            "id": f"row-{i}",
            "when": random_condition(source, 3),
            "then": {"variant": "x"},
            "rollout": source.choice([100, 100, 30]),
        }
        for i in range(60)
    ]
    matrix = parse({"hit_policy": "collect", "rows": rows})
    compiled = matrices.compile(matrix, {})
    for _ in range(40):
        facts = random_facts(source)
        expected_rows = naive_matrix.holding(matrix, facts, "u")
        assert [each.index for each in compiled.collect(facts, "u")] == expected_rows
        assert compiled.decide(facts, "u").index == (expected_rows or [None])[0]


@settings(max_examples=50)
@given(made.matrices, made.facts, st.integers(1, 5))
def test_blocks_of_any_size_decide_alike(said, facts, size):
    matrix = parse(said)
    whole = matrices.compile(matrix, {}).collect(facts, "u")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rules.matrix.parts.BLOCK", size)
        parted = matrices.compile(matrix, {})
    assert parted.collect(facts, "u") == whole


@settings(max_examples=200)
@given(made.conditions, made.facts, st.sampled_from([1, 4, 16]))
def test_clauses_hold_exactly_where_the_condition_is_true(said, facts, most):
    condition = parse_condition(said, scope=Scope.MATRIX)
    found = clauses(condition, most)
    assert len(found) <= most
    held = any(
        all((naive.answer(literal.leaf, facts) is literal.positive) for literal in clause.literals)
        and all(naive.answer(rest, facts) is True for rest in clause.rest)
        for clause in found
    )
    assert held is (naive.answer(condition, facts) is True)


@given(made.matrices)
def test_a_matrix_comes_back_as_it_went(said):
    matrix = parse(said)
    assert parse(document(matrix)) == matrix
    assert document(parse(document(matrix))) == document(matrix)


@settings(max_examples=100)
@given(made.matrices, made.facts)
def test_the_explanation_agrees_with_the_decision(said, facts):
    matrix = parse(said)
    compiled = matrices.compile(matrix, {})
    told = compiled.explain(facts, "u")
    assert [row["row"] for row in told] == [row.id for row in matrix.rows]
    matched = [row["index"] for row in told if row["outcome"] == "matched"]
    assert sorted(matched) == sorted(naive_matrix.holding(matrix, facts, "u"))
    choices = [compiled.decide(facts, "u")]
    if matrix.aggregate is not None:
        choices = compiled.collect(facts, "u", len(matrix.rows))
    elif POLICIES[matrix.hit_policy].several:
        choices = compiled.collect(facts, "u")
    taken = [choice.index for choice in choices if choice.index is not None]
    assert [row["index"] for row in told if row["chosen"]] == sorted(taken)
    for row in told:
        passed = row["outcome"] == "matched" and not row["chosen"]
        others = [matrix.rows[place].id for place in taken or matched]
        assert row["behind"] == [name for name in others if passed and name != row["row"]]
    for row, source in zip(told, matrix.rows, strict=True):
        if source.enabled:
            truth = naive.answer(source.when, facts)
            if row["outcome"] in ("not_matched", "unknown"):
                assert truth is {"not_matched": False, "unknown": None}[row["outcome"]]
        for leaf in row["leaves"]:
            assert leaf["truth"] in (True, False, None)
            assert "condition" in leaf
            assert "seen" in leaf


def test_live_windows_are_columns_like_any_other():
    measure = Measure("Product Viewed")
    matrix = Matrix(
        (
            Row("many", EventTest(measure, "at_least", 3), "a"),
            Row("few", EventTest(measure, "between", (1, 2)), "b"),
        )
    )
    compiled = matrices.compile(matrix, {measure: "k"})
    assert compiled.measures == (measure,)
    window = create(measure)
    assert compiled.decide(Facts(), "u").reason == "nothing"
    for at, variant in ((1, "b"), (2, "b"), (3, "a")):
        window.add(at, None, str(at))
        assert compiled.decide(Facts(windows={"k": window}, now=9), "u").then == {
            "variant": variant
        }


def test_what_no_bitmap_knows_is_asked_only_of_rows_still_standing():
    asked = []

    def ask(facts, unit):
        asked.append(unit)
        return True

    condition = parse_condition({"segment": "vip"}, scope=Scope.MATRIX)
    (clause,) = clauses(condition)
    found = sorting.Sorted({})
    found.add(sorting.Entry(0, clause.literals, (), (ask,)))
    block = index.Block(found.tables(), {})
    assert block.first(Facts(), "stranger") is None
    assert block.first(Facts(segments={"vip": True}), "member") == 0
    assert asked == ["member"]


def test_a_decision_needs_what_its_enabled_rows_ask():
    rows = [
        {
            "id": "a",
            "when": {
                "all": [
                    {"segment": "vip"},
                    {"attribute": "traits.a", "operator": "is_known"},
                    {"attribute": "time.now", "operator": "before", "value": "2027-01-01T00:00Z"},
                ]
            },
            "then": {"variant": "x"},
        },
        {
            "id": "b",
            "when": {"attribute": "traits.b", "operator": "is_known"},
            "then": {"variant": "x"},
            "enabled": False,
        },
    ]
    compiled = matrices.compile(parse({"rows": rows}), {})
    assert compiled.attributes == {"traits.a"}
    assert compiled.segments == {"vip"}


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | st.text(max_size=3)
    | st.just("lone \ud800 half"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)


@settings(max_examples=100)
@given(made.matrices, st.dictionaries(st.sampled_from(made.PATHS), anything))
def test_no_value_makes_a_decision_fail(said, attributes):
    compiled = matrices.compile(parse(said), {})
    facts = Facts(attributes, {}, {}, 10**15)
    assert compiled.decide(facts, "u").reason in ("matched", "nothing", "conflict")
    compiled.explain(facts, "u")


def test_what_did_not_happen_and_what_happened_to_one_thing_are_columns_too():
    bought, same = Measure("Order Completed"), Same("properties.id", EventTest(Measure("A")))

    class Window:
        def read(self, now):
            return now > 5

    rows = (
        Row("a", All((same, Not(EventTest(bought)))), "x"),
        Row("b", Not(same), "y"),
        Row("c", EventTest(bought), "z"),
    )
    compiled = matrices.compile(Matrix(rows), {bought: "b", same: "s"})
    assert compiled.measures == (same, bought)
    window = create(bought)
    windows = {"s": Window(), "b": window}
    assert compiled.decide(Facts(windows=windows, now=6), "u").row == "a"
    assert compiled.decide(Facts(windows=windows, now=5), "u").row == "b"
    window.add(1, None, "t")
    assert compiled.decide(Facts(windows=windows, now=6), "u").row == "c"
    assert compiled.explain(Facts(windows=windows, now=6), "u")[2]["leaves"][0]["seen"] == 1
