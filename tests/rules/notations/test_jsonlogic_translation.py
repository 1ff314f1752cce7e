"""JsonLogic's rules and our conditions, both ways: true for the same people, or refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.notations import jsonlogic
from rules.parser import parse
from rules.scopes import Scope
from tests.rules.notations import typed


def var(name):
    return {"var": name}


def compared(words, name, values):
    return st.builds(
        lambda word, value, left: {word: [var(name), value] if left else [value, var(name)]},
        st.sampled_from(words),
        values,
        st.booleans(),
    )


EQUAL = ["==", "===", "!=", "!=="]
element = st.one_of(
    typed.items.map(lambda one: {"===": [var(""), one]}),
    typed.items.map(lambda one: {"==": [one, var("")]}),
    st.lists(typed.items, min_size=1, max_size=3).map(lambda some: {"in": [var(""), some]}),
)
leaves = st.one_of(
    st.sampled_from([True, False, None, 0, 1, "", "x", [], [0]]),
    compared(EQUAL, "plan", typed.texts | st.none()),
    compared(EQUAL, "age", typed.numbers),
    compared(["===", "!=="], "age", st.none()),
    compared(EQUAL, "beta", st.booleans()),
    compared(["<", "<=", ">", ">="], "age", typed.numbers),
    st.tuples(typed.numbers, typed.numbers).map(
        lambda ends: {"<=": [min(ends), var("age"), max(ends)]}
    ),
    st.lists(typed.texts | st.none(), max_size=3).map(lambda some: {"in": [var("plan"), some]}),
    st.lists(typed.numbers, max_size=3).map(lambda some: {"in": [var("age"), some]}),
    typed.items.filter(bool).map(lambda one: {"in": [one, var("tags")]}),
    st.sampled_from(["p", "pro", "null"]).map(lambda one: {"in": [one, var("plan")]}),
    st.builds(
        lambda word, test: {word: [var("tags"), test]}, st.sampled_from(["some", "none"]), element
    ),
    st.sampled_from(list(typed.TYPES)).map(var),
    st.lists(st.sampled_from(list(typed.TYPES)), max_size=2).map(lambda some: {"missing": some}),
    st.sampled_from([1, 3]).map(lambda need: {"missing_some": [need, ["age", "plan", "tags"]]}),
)
rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(
            lambda word, parts: {word: parts},
            st.sampled_from(["and", "or"]),
            st.lists(inner, max_size=3),
        ),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"if": parts}),
        st.builds(lambda word, one: {word: [one]}, st.sampled_from(["!", "!!"]), inner),
    ),
    max_leaves=5,
)


def truthy(rule, attributes, letter):
    found = jsonlogic.evaluate({"!!": [rule]}, attributes, javascript=letter)
    assert isinstance(found, bool)
    return found


@settings(max_examples=200)
@given(rules, typed.attributes, st.booleans())
def test_what_is_read_is_true_for_the_same_people(rule, attributes, letter):
    expected = truthy(rule, attributes, letter)
    types = {f"traits.{name}": kind for name, kind in typed.TYPES.items()}
    for known in (None, types):
        read = jsonlogic.read(rule, types=known, javascript=letter)
        assert typed.holds(read, attributes) is expected


numbers_and_nulls = st.one_of(
    compared(["==", "!="], "age", st.none()),
    compared(["==", "!="], "plan", st.none()),
    compared(["==", "!="], "beta", st.none()),
)


@given(numbers_and_nulls, typed.attributes, st.booleans())
def test_null_is_read_as_the_dialect_compares_it(rule, attributes, letter):
    expected = truthy(rule, attributes, letter)
    assert typed.holds(jsonlogic.read(rule, javascript=letter), attributes) is expected


@settings(max_examples=200)
@given(typed.conditions, typed.attributes, st.booleans())
def test_what_is_written_is_true_for_the_same_people(condition, attributes, letter):
    if unsaid(condition):
        return
    written = jsonlogic.write(condition)
    expected = typed.holds(condition, attributes)
    assert truthy(written, attributes, letter) is expected
    assert typed.holds(jsonlogic.read(written, javascript=letter), attributes) is expected


@given(typed.conditions, typed.attributes, st.booleans())
def test_there_and_back_and_there_again_is_true_for_the_same_people(condition, attributes, letter):
    if unsaid(condition):
        return
    twice = jsonlogic.write(jsonlogic.read(jsonlogic.write(condition)))
    assert truthy(twice, attributes, letter) is typed.holds(condition, attributes)


def unsaid(condition):
    """Tell whether a condition asks for a list's size, of which JsonLogic has no words."""
    return "size" in repr(condition)


@pytest.mark.nightly
@settings(max_examples=10_000, deadline=None)
@given(rules, typed.conditions, typed.attributes, st.booleans())
def test_both_ways_at_length(rule, condition, attributes, letter):
    read = jsonlogic.read(rule, javascript=letter)
    assert typed.holds(read, attributes) is truthy(rule, attributes, letter)
    if not unsaid(condition):
        written = jsonlogic.write(condition)
        assert truthy(written, attributes, letter) is typed.holds(condition, attributes)


UNSAID = {
    "arithmetic": ({">": [{"+": [{"var": "a"}, 1]}, 2]}, "/>/0", "+"),
    "two attributes": ({"==": [{"var": "a"}, {"var": "b"}]}, "/==", "=="),
    "two values": ({"<": [1, 2]}, "/<", "<"),
    "a text's order": ({"and": [{"<": [{"var": "a"}, "b"]}]}, "/and/0/<", "<"),
    "a default": ({"===": [{"var": ["a", 1]}, 2]}, "/===/0", "var"),
    "a computed name": ({"var": {"var": "a"}}, "/var", "var"),
    "all": ({"all": [{"var": "a"}, {"===": [{"var": ""}, 1]}]}, "/all", "all"),
    "some with an order": ({"some": [{"var": "a"}, {">": [{"var": ""}, 1]}]}, "/some", "some"),
    "two of three": ({"missing_some": [2, ["a", "b", "c"]]}, "/missing_some", "missing_some"),
    "text": ({"!": [{"cat": ["a"]}]}, "/!/cat", "cat"),
    "a list as a value": ({"===": [{"var": "a"}, [1]]}, "/===", "==="),
}


@pytest.mark.parametrize("name", UNSAID)
def test_what_our_language_cannot_say_is_refused_by_name(name):
    rule, at, word = UNSAID[name]
    with pytest.raises(InvalidError) as caught:
        jsonlogic.read(rule)
    assert (caught.value.at, caught.value.code) == (at, "inexpressible")
    assert caught.value.message.startswith(word)


@pytest.mark.parametrize(
    ("operator", "value"),
    [("starts_with", "a"), ("matches", "a"), ("version_at_least", "1.2.3"), ("size", 1)],
)
def test_what_jsonlogic_cannot_say_is_refused_by_name(operator, value):
    said = {"attribute": "traits.a", "operator": operator, "value": value}
    with pytest.raises(InvalidError) as caught:
        jsonlogic.write(parse({"all": [{"everyone": True}, said]}, scope=Scope.MATRIX))
    assert (caught.value.at, caught.value.code) == ("/all/1", "inexpressible")
    assert caught.value.message.startswith(operator)


def test_case_and_segments_are_refused_by_name():
    said = {"attribute": "traits.a", "operator": "equals", "value": "x", "ignore_case": True}
    with pytest.raises(InvalidError, match="minds case"):
        jsonlogic.write(parse(said, scope=Scope.MATRIX))
    with pytest.raises(InvalidError, match="a segment"):
        jsonlogic.write(parse({"segment": "vip"}, scope=Scope.MATRIX))


def test_a_rule_that_doubles_itself_is_refused():
    rule = {"var": "a"}
    for _ in range(25):
        rule = {"if": [rule, rule, rule]}
    with pytest.raises(InvalidError) as caught:
        jsonlogic.read(rule)
    assert caught.value.code == "too_large"
