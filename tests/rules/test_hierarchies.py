"""A value stands for all below it: as one reads the tree, whatever the operator and the place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import canonical, compiler, hierarchies
from rules.conditions import EventTest, Measure, Not, Test
from rules.definitions import build
from rules.errors import InvalidError
from rules.facts import Facts
from rules.fold import fold
from rules.hierarchies import below, nested, parse
from rules.matrix import document as matrices
from rules.matrix.widening import widened
from rules.operators.registry import operators
from rules.spreading import spread
from rules.stability import Stability
from tests.rules.oracle import track

LINES = """
outdoor > tents > family tents
outdoor > stoves

indoor > lamps
"""
TREE = {"traits.likes": below(parse(LINES))}
VALUES = ["outdoor", "tents", "family tents", "stoves", "indoor", "lamps", "Tents", "none", 5, None]
SINGLE, MANY = ("equals", "not_equals"), ("in", "not_in")
LISTS = ("has_any", "has_none", "has_all", "not_has_all")


def covers(asked, told, ignore_case):
    """Say by the lines whether a value told is what was asked, or lies below it."""
    if not isinstance(told, str) or not isinstance(asked, str):
        return type(asked) is type(told) and asked == told
    fold_ = str.casefold if ignore_case else str
    chains = [[v.strip() for v in line.split(">")] for line in LINES.splitlines() if line]
    if fold_(asked) == fold_(told):
        return True
    places = [
        ([fold_(v) for v in chain].index(fold_(asked)), [fold_(v) for v in chain])
        for chain in chains
        if fold_(asked) in [fold_(v) for v in chain]
    ]
    return any(fold_(told) in chain[at:] for at, chain in places)


asked_values = st.lists(st.sampled_from(VALUES[:-2]), min_size=1, max_size=3, unique=True)


@given(st.sampled_from([*SINGLE, *MANY]), asked_values, st.sampled_from(VALUES), st.booleans())
@settings(max_examples=200)
def test_a_single_value_is_what_lies_above_it(operator, asked, told, ignore_case):
    value = asked[0] if operator in SINGLE else tuple(asked)
    test = Test("traits.likes", operator, value, ignore_case)
    found = compiler.compile(spread(test, TREE), {})(Facts({"traits.likes": told}))
    wanted = [value] if operator in SINGLE else asked
    same = any(covers(one, told, ignore_case) for one in wanted)
    expected = None if not isinstance(told, str) else same is not operator.startswith("not_")
    assert found is expected


@given(
    st.sampled_from(LISTS), asked_values, st.lists(st.sampled_from(VALUES[:-1]), max_size=4),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=200)
def test_a_list_has_what_lies_above_its_entries(operator, asked, told, ignore_case):
    test = Test("traits.likes", operator, tuple(asked), ignore_case)
    found = compiler.compile(spread(test, TREE), {})(Facts({"traits.likes": tuple(told)}))
    hits = [any(covers(one, entry, ignore_case) for entry in told) for one in asked]
    reading = any if operator in {"has_any", "has_none"} else all
    assert found is (reading(hits) is (operator in {"has_any", "has_all"}))


def test_a_filter_and_a_feature_take_what_lies_below():
    tree = {"properties.category": below(parse(LINES))}
    outdoor = Measure("Viewed", Test("properties.category", "equals", "outdoor"))
    segments = {
        "keen": (EventTest(outdoor), Stability()),
        "rest": (Not(EventTest(outdoor)), Stability()),
    }
    asked = build(segments, {"views": outdoor}, hierarchies=tree)
    seen = [track(1, "a", "Viewed", category="stoves"), track(2, "b", "Viewed", category="lamps")]
    state = fold(None, seen, asked, 3)
    places = {name: state.memberships[key].member for name, key in asked.segments.items()}
    assert places == {"keen": True, "rest": False}
    assert state.windows[asked.features["views"]].read(3) == 1
    assert asked.segments != build(segments, {"views": outdoor}).segments


def test_what_a_move_saw_is_said_in_the_words_that_were_written():
    test = Test("traits.likes", "equals", "outdoor")
    asked = build({"s": (test, Stability())}, {}, hierarchies=TREE)
    told = track(1, "a", "x")._replace(kind="identify", traits={"likes": "stoves"})
    assert fold(None, [told], asked, 2).moves[0].values == {'traits.likes is "outdoor"': "stoves"}


def test_without_a_tree_or_below_the_lowest_nothing_changes():
    test = Test("traits.likes", "equals", "lamps")
    assert spread(test, TREE) == spread(test, {}) == test
    assert spread(Test("traits.other", "equals", "outdoor"), TREE).operator == "equals"
    twice = spread(spread(Test("traits.likes", "in", ("outdoor",)), TREE), TREE)
    assert twice.value == ("outdoor", "family tents", "stoves", "tents")


def test_text_and_lists_are_read_alike_and_written_back():
    assert parse(hierarchies.text(parse(LINES))) == parse(LINES)
    assert parse({"a": ["b", "c"], "b": ["c"]}) == parse("a > b > c\na > c")
    assert parse("") == parse({}) == {}


@pytest.mark.parametrize(
    ("raw", "at", "code"),
    [
        ("a > b > a", "/h", "circle"),
        ({"a": ["a"]}, "/h", "circle"),
        ("a > > b", "/h/0", "length"),
        ("a > b\nc", "/h/1", "shape"),
        ({"a": []}, "/h/a", "length"),
        ({"a": [1]}, "/h/a/0", "type"),
        ([], "/h", "type"),
        (" > ".join(f"v{n:02}" for n in range(17)), "/h", "too_deep"),
        (" > ".join(f"v{n:02}" for n in reversed(range(17))), "/h", "too_deep"),
        ({"a": [f"v{n}" for n in range(5_000)]}, "/h", "too_large"),
    ],
)
def test_what_is_no_tree_is_refused_with_its_place(raw, at, code):
    with pytest.raises(InvalidError) as refused:
        parse(raw, "/h")
    assert (refused.value.at, refused.value.code) == (at, code)


def test_sixteen_levels_are_taken_in_either_order():
    for names in (range(16), range(15, -1, -1)):
        line = " > ".join(f"v{n:02}" for n in names)
        assert len(below(parse(line))[f"v{names[0]:02}"]) == 15


def test_the_rows_of_a_matrix_take_what_lies_below_and_are_otherwise_as_they_were():
    asked = {"attribute": "traits.likes", "operator": "equals", "value": "outdoor"}
    rows = [
        {"id": "a", "when": {"any": [asked, {"segment": "vip"}]}, "then": {"variant": "x"},
         "rollout": 40, "note": "n"},
        {"id": "b", "when": {"everyone": True}, "then": {"values": {"p": 1}}},
    ]  # fmt: skip
    matrix = matrices.parse({"hit_policy": "priority", "rows": rows, "fallback": ["z"]})
    wide = widened(matrix, TREE)
    assert matrices.document(wide) == {
        **matrices.document(matrix),
        "rows": [
            {
                **matrices.row_document(matrix.rows[0]),
                "when": canonical.document(spread(matrix.rows[0].when, TREE)),
            },
            matrices.row_document(matrix.rows[1]),
        ],
    }
    assert wide.rows[0].when != matrix.rows[0].when
    assert widened(matrix, {}) is matrix


PARTS = ("traits.home.city", "traits.home.zip", "traits.home.near.city")
HOME = {"traits.home": nested("traits.home", [*PARTS, "traits.homely", "traits.home"])}
told_homes = st.fixed_dictionaries(
    {path: st.sampled_from(["Graz", "Linz", "", None]) for path in PARTS}
)
asked_homes = st.sampled_from(
    [
        ("equals", "Graz"),
        ("contains", "z"),
        ("in", ("Graz", "Rom")),
        ("is_known", None),
        ("is_empty", None),
    ]
)


@given(told_homes, asked_homes, st.booleans(), st.booleans())
@settings(max_examples=300)
def test_a_parent_holds_where_one_child_does_and_its_opposite_where_all_do(
    told, asked, opposite, around
):
    name, value = asked
    said = Test("traits.home", operators[name].negation if opposite else name, value)
    whole = spread(Not(said) if around else said, HOME)
    facts = Facts({path: one for path, one in told.items() if one is not None})
    each = [compiler.compile(Test(path, name, value), {})(facts) for path in PARTS]
    expected = True if True in each else None if None in each else False
    turned = opposite is not around
    found = compiler.compile(whole, {})(facts)
    assert found is (expected if not turned or expected is None else not expected)


def test_children_have_trees_of_their_own_and_filters_take_parents():
    kinds = ["properties.kind.main", "properties.kind.side"]
    trees = {"properties.kind": nested("properties.kind", kinds), kinds[0]: below(parse(LINES))}
    viewed = Measure("Viewed", Test("properties.kind", "equals", "outdoor"))
    asked = build({"keen": (EventTest(viewed, "at_least", 2), Stability())}, {}, hierarchies=trees)
    seen = [
        track(1, "a", "Viewed", kind={"main": "stoves"}),
        track(2, "b", "Viewed", kind={"side": "stoves"}),
        track(3, "c", "Viewed", kind={"side": "outdoor"}),
    ]
    state = fold(None, seen, asked, 3)
    assert state.memberships[asked.segments["keen"]].member is True
    state = fold(None, seen[:2], asked, 3)
    assert state.memberships[asked.segments["keen"]].member is False


def test_a_move_tells_each_child_it_saw():
    asked = build({"s": (Test("traits.home", "equals", "Graz"), Stability())}, {}, hierarchies=HOME)
    told = track(1, "a", "x")._replace(kind="identify", traits={"home": {"city": "Graz"}})
    assert fold(None, [told], asked, 2).moves[0].values == {
        'traits.home.city is "Graz"': "Graz",
        'traits.home.near.city is "Graz"': None,
        'traits.home.zip is "Graz"': None,
    }


def test_a_parent_of_nothing_and_of_one_asks_no_more_than_that():
    test = Test("traits.home", "equals", "Graz")
    assert spread(test, {"traits.home": ()}) == test
    assert spread(test, {"traits.home": PARTS[:1]}) == Test(PARTS[0], "equals", "Graz")


def test_values_and_attributes_below_one_attribute_are_refused():
    hierarchies.either({}, True, "/nested")
    with pytest.raises(InvalidError) as refused:
        hierarchies.either({"a": ["b"]}, True, "/nested")
    assert (refused.value.at, refused.value.code) == ("/nested", "exclusive")
