"""A matrix and a DMN table say the same, both ways; what DMN would decide otherwise is refused."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import compiled
from rules.matrix.document import document, parse
from rules.notations.dmn import load, read, write
from tests.rules import made
from tests.rules.notations.models import definitions, table
from tests.rules.notations.tables import matrices

LAX = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def made_of(operator, value=None):
    said = {"attribute": "traits.plan", "operator": operator}
    return said if value is None else {**said, "value": value}


SAYABLE = st.one_of(
    made.leaf(["equals", "not_equals"], made.singles),
    made.leaf(["in", "not_in"], made.sets),
    made.leaf(["at_least", "less_than", "at_most", "more_than"], made.numbers),
    made.leaf(["between", "not_between"], made.pairs),
    made.leaf(["is_known", "is_unknown"], st.none()),
)
ROWS = st.lists(
    st.builds(
        lambda parts, variant: {"when": {"all": parts}, "then": {"variant": variant}},
        st.lists(SAYABLE, min_size=2, max_size=3),
        st.sampled_from("ab"),
    ),
    max_size=4,
)
TWICE = [
    {"when": {"all": [made_of("is_known"), made_of("equals", "pro")]}, "then": {"variant": "a"}},
    {"when": {"all": [made_of("at_least", -1), made_of("is_known")]}, "then": {"variant": "b"}},
    {"when": {"any": [made_of("is_known")]}, "then": {"variant": "c"}},
]
POLICIES = st.sampled_from(["first", "unique", "any", "rule_order"])
SEEN = st.dictionaries(st.sampled_from(made.PATHS), made.singles)


def _plain(matrix):
    """The same matrix with every row always on, for everybody, in the order of the list."""
    rows = (replace(row, enabled=True, rollout=100, active=None, priority=0) for row in matrix.rows)
    return replace(matrix, rows=tuple(rows))


def _sorted(matrix):
    """A matrix as JSON whatever the order of the names of its values."""
    return json.dumps(document(matrix), sort_keys=True)


def _both_ways(matrix):
    try:
        written = write(_plain(matrix))
    except InvalidError:
        return
    assert _sorted(read(written)) == _sorted(_plain(matrix))
    load(written)


@settings(max_examples=25, deadline=None, suppress_health_check=LAX)
@given(matrices)
def test_a_matrix_is_read_back(matrix):
    _both_ways(matrix)


@pytest.mark.nightly
@settings(max_examples=5_000, deadline=None, suppress_health_check=LAX)
@given(matrices)
def test_a_matrix_is_read_back_in_a_long_search(matrix):
    _both_ways(matrix)


@settings(max_examples=80, deadline=None, suppress_health_check=LAX)
@given(POLICIES, ROWS, SEEN)
@example("first", TWICE, {"traits.plan": -1})
@example("first", TWICE[:1], {"traits.plan": -1})
def test_the_table_decides_as_the_matrix_does(policy, rows, seen):
    listed = [{"id": f"r{i}", **row} for i, row in enumerate(rows)]
    matrix = parse({"hit_policy": policy, "rows": listed})
    model = load(write(matrix))
    known = {name: value for name, value in seen.items() if f'"{name}"' in json.dumps(listed)}
    outside = {f"condition {i}" for i in range(1, 20)} & set(model.inputs)
    if outside:  # a mixed list turned round is no cell of S-FEEL
        return
    said, facts = model.decide(known), Facts(seen)
    ready = compiled.compile(matrix, {})
    if policy == "rule_order":
        chosen = [choice.then["variant"] for choice in ready.collect(facts, "u")]
        assert (said or []) == chosen
    else:
        then = ready.decide(facts, "u").then
        assert said == (then and then["variant"])


@pytest.mark.parametrize(
    ("cell", "condition"),
    [
        ("5", {"operator": "equals", "value": 5}),
        ('"a","b"', {"operator": "in", "value": ["a", "b"]}),
        ('not("a", null)', {"operator": "not_equals", "value": "a"}),
        ("null", {"operator": "is_unknown"}),
        ("not(null)", {"operator": "is_known"}),
        ("< 1, > 2", {"operator": "not_between", "value": [1, 2]}),
        ("not([1..2])", {"operator": "not_between", "value": [1, 2]}),
        ("not(>= 2)", {"operator": "less_than", "value": 2}),
        ("-5", {"operator": "equals", "value": -5}),
        (
            '< date and time("2026-01-01T00:00:00Z")',
            {"operator": "before", "value": "2026-01-01T00:00:00Z"},
        ),
    ],
)
def test_a_cell_becomes_a_test(cell, condition):
    matrix = read(_xml([(cell, '"x"')]), names={"X": "traits.x"})
    same = {
        "id": "rule-1",
        "then": {"variant": "x"},
        "when": {"attribute": "traits.x", **condition},
    }
    assert matrix.rows == parse({"rows": [same]}).rows


def test_null_is_a_value_that_is_not_another():
    when = read(_xml([('not("a")', '"x"')]), names={"X": "traits.x"}).rows[0].when
    assert [part.operator for part in when.parts] == ["is_unknown", "not_equals"]


def test_half_open_intervals_and_mixed_cells_become_all_and_any():
    whens = read(_xml([("[1..2[", '"x"'), ("1, > 5", '"x"')]), names={"X": "traits.x"}).rows
    assert [part.operator for part in whens[0].when.parts] == ["at_least", "less_than"]
    assert [part.operator for part in whens[1].when.parts] == ["equals", "more_than"]


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("? > 5", "/D/rule 1/X: expected values, comparisons"),
        ('< "a"', "/D/rule 1/X: expected comparisons with numbers"),
        ('date("2026-01-01")', "/D/rule 1/X: expected texts, numbers or booleans"),
        ('[date("2026-01-01")..date("2026-02-01")]', "/D/rule 1/X: expected comparisons"),
        ("< X + 1", "/D/rule 1/X: expected values, comparisons"),
    ],
)
def test_a_cell_without_words_is_refused_by_rule_and_column(cell, named):
    with pytest.raises(InvalidError) as error:
        read(_xml([(cell, '"x"')]), names={"X": "traits.x"})
    assert str(error.value).startswith(named)


def test_an_input_that_is_no_attribute_asks_for_its_name():
    with pytest.raises(InvalidError, match=r"an attribute like traits.age for the input X"):
        read(_xml([("1", '"x"')]))


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"rollout": 50}, "/rows/0/rollout: DMN does not know a rollout"),
        ({"enabled": False}, "/rows/0/enabled: DMN does not know rows that are switched off"),
        ({"active": {"from": "2026-01-01T00:00", "zone": "UTC"}}, "/rows/0/active: DMN does not"),
        ({"priority": 1}, "/rows/0/priority: DMN does not know a row's own priority"),
        ({"then": {"experiment": "x"}}, "/rows/0/then/experiment: DMN does not know experiments"),
    ],
)
def test_what_dmn_would_decide_otherwise_is_refused_by_its_name(change, named):
    row = {"id": "a", "when": {"everyone": True}, "then": {"variant": "x"}, **change}
    with pytest.raises(InvalidError) as error:
        write(parse({"hit_policy": "priority", "rows": [row]}))
    assert str(error.value).startswith(named)


def test_the_table_of_the_helpers_is_a_model():
    assert table([("1", '"x"')]).decide({"X": 1}) == "x"


def _xml(rules):
    rows = "".join(
        f"<rule><inputEntry><text>{cell.replace('<', '&lt;')}</text></inputEntry>"
        f"<outputEntry><text>{said}</text></outputEntry></rule>"
        for cell, said in rules
    )
    asked = "<input><inputExpression><text>X</text></inputExpression></input><output/>"
    inner = f'<decisionTable hitPolicy="FIRST">{asked}{rows}</decisionTable>'
    return definitions(f'<decision name="D">{inner}</decision>')
