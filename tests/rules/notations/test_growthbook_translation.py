"""GrowthBook's conditions and ours, both ways: true for the same people, or refused by name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.notations import growthbook
from rules.parser import parse
from rules.scopes import Scope
from tests.rules.notations import typed


def operators(names, values, most=1):
    return st.dictionaries(names, values, min_size=1, max_size=most)


theirs = {
    "plan": st.one_of(
        typed.texts,
        st.none(),
        operators(st.sampled_from(["$eq", "$ne"]), typed.texts | st.none()),
        operators(st.sampled_from(["$in", "$nin"]), st.lists(typed.texts | st.none(), max_size=3)),
        operators(st.sampled_from(["$ini", "$nini"]), st.lists(typed.texts, max_size=3)),
        operators(
            st.sampled_from(["$regex", "$regexi", "$notRegex", "$notRegexi"]),
            st.sampled_from(["p", "^pro$", "a\\.b", "o$|x", "N", "null", "\\u0070", ".*"]),
        ),
    ),
    "age": st.one_of(
        typed.numbers,
        operators(
            st.sampled_from(["$eq", "$ne", "$lt", "$lte", "$gt", "$gte"]), typed.numbers, most=3
        ),
        operators(
            st.sampled_from(["$in", "$nin"]), st.lists(typed.numbers | st.none(), max_size=3)
        ),
    ),
    "beta": st.booleans() | operators(st.sampled_from(["$eq", "$ne"]), st.booleans()),
    "tags": st.one_of(
        operators(st.sampled_from(["$in", "$nin"]), st.lists(typed.items, max_size=3)),
        operators(st.just("$all"), st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=3)),
        operators(
            st.just("$elemMatch"),
            st.sampled_from([{"$eq": "a"}, {"$in": ["a", "null", ""]}, {"$in": ["b"]}]),
        ),
        operators(
            st.just("$size"),
            st.sampled_from([0, 2, {"$gt": 1}, {"$gte": 1, "$lt": 3}, {"$lte": 2}]),
        ),
    ),
    "app": operators(
        st.sampled_from(["$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte"]), typed.versions
    ),
}


def behind(name):
    plain = st.one_of(theirs[name], operators(st.just("$exists"), st.booleans()))
    return st.recursive(
        plain,
        lambda inner: (
            st.builds(
                lambda one, exists: {"$not": one, **exists},
                inner.filter(lambda one: isinstance(one, dict)),
                st.sampled_from([{}, {"$exists": True}, {"$exists": False}]),
            )
            | st.builds(
                lambda one, exists: {**one, "$exists": exists} if isinstance(one, dict) else one,
                inner,
                st.booleans(),
            )
        ),
        max_leaves=3,
    )


paths = st.one_of(
    *(st.builds(lambda name, said: {name: said}, st.just(name), behind(name)) for name in theirs)
)
written = st.recursive(
    st.lists(paths, max_size=2).map(
        lambda parts: {k: v for part in parts for k, v in part.items()}
    ),
    lambda inner: st.one_of(
        st.builds(
            lambda word, parts: {word: parts},
            st.sampled_from(["$and", "$or", "$nor"]),
            st.lists(inner, max_size=3),
        ),
        inner.map(lambda one: {"$not": one}),
    ),
    max_leaves=5,
)


@settings(max_examples=200)
@given(written, typed.attributes)
def test_what_is_read_is_true_for_the_same_people(condition, attributes):
    expected = growthbook.evaluate(condition, attributes)
    assert typed.holds(growthbook.read(condition), attributes) is expected
    types = {f"traits.{name}": kind for name, kind in typed.TYPES.items()}
    assert typed.holds(growthbook.read(condition, types=types), attributes) is expected


@settings(max_examples=200)
@given(typed.conditions | typed.textual, typed.attributes)
def test_what_is_written_is_true_for_the_same_people(condition, attributes):
    written = growthbook.write(condition)
    expected = typed.holds(condition, attributes)
    assert growthbook.evaluate(written, attributes) is expected
    assert typed.holds(growthbook.read(written), attributes) is expected


@given(written, typed.attributes)
def test_there_and_back_and_there_again_is_true_for_the_same_people(condition, attributes):
    once = growthbook.write(growthbook.read(condition))
    twice = growthbook.write(growthbook.read(once))
    expected = growthbook.evaluate(condition, attributes)
    assert growthbook.evaluate(once, attributes) is expected
    assert growthbook.evaluate(twice, attributes) is expected


@pytest.mark.nightly
@settings(max_examples=10_000, deadline=None)
@given(written, typed.conditions | typed.textual, typed.attributes)
def test_both_ways_at_length(theirs, ours, attributes):
    read = growthbook.read(theirs)
    assert typed.holds(read, attributes) is growthbook.evaluate(theirs, attributes)
    assert growthbook.evaluate(growthbook.write(ours), attributes) is typed.holds(ours, attributes)


UNSAID = {
    "a text has no order": ({"a": {"$gt": "b"}}, "/a/$gt", "$gt"),
    "a list is no value": ({"a": ["x"]}, "/a", "a whole list"),
    "an object is no value": ({"a": {"b": 1}}, "/a", "an object"),
    "lists mind case": ({"a": {"$alli": ["x"]}}, "/a/$alli", "$alli"),
    "types are the catalogue's": ({"a": {"$type": "string"}}, "/a/$type", "$type"),
    "an operator nobody knows": ({"a": {"$regx": "x"}}, "/a/$regx", "$regx"),
    "an order of list entries": ({"a": {"$elemMatch": {"$gt": 1}}}, "/a/$elemMatch", "$elemMatch"),
    "an unknown group": ({"$or": [{"a": {"$inGroup": "g"}}]}, "/$or/0/a/$inGroup", "$inGroup"),
    "an unknown reference": ({"$savedGroup": {"id": "g"}}, "/$savedGroup", "$savedGroup"),
    "half a version": ({"a": {"$vgt": "1.2"}}, "/a/$vgt", "$vgt"),
    "a broken pattern": ({"a": {"$regex": "["}}, "/a/$regex", "$regex"),
    "truth in a list": ({"a": {"$all": [True]}}, "/a/$all", "$all"),
}


@pytest.mark.parametrize("name", UNSAID)
def test_what_our_language_cannot_say_is_refused_by_name(name):
    condition, at, word = UNSAID[name]
    with pytest.raises(InvalidError) as caught:
        growthbook.read(condition)
    assert (caught.value.at, caught.value.code) == (at, "inexpressible")
    assert caught.value.message.startswith(word)


UNWRITTEN = {
    "a segment": ({"not": {"segment": "vip"}}, "/not", "a segment"),
    "an event": ({"any": [{"everyone": True}, {"event": "Viewed"}]}, "/any/1", "an event"),
    "an instant": (
        {"attribute": "traits.born", "operator": "before", "value": "2000-01-01T00:00:00Z"},
        "",
        "before",
    ),
    "a pattern of RE2's own": (
        {"attribute": "traits.a", "operator": "matches", "value": "(?i)x"},
        "",
        "matches",
    ),
    "half a version": (
        {"attribute": "traits.a", "operator": "version_at_least", "value": "1.2"},
        "",
        "version_at_least",
    ),
}


@pytest.mark.parametrize("name", UNWRITTEN)
def test_what_growthbook_cannot_say_is_refused_by_name(name):
    document, at, word = UNWRITTEN[name]
    with pytest.raises(InvalidError) as caught:
        growthbook.write(parse(document, scope=Scope.MATRIX))
    assert (caught.value.at, caught.value.code) == (at, "inexpressible")
    assert caught.value.message.startswith(word)


def test_saved_groups_are_read_where_they_are_given():
    groups = {
        "beta": ["a", "b"],
        "staff": {"type": "list", "attributeKey": "id", "values": ["c"]},
        "both": {
            "type": "condition",
            "condition": {"$or": [{"$savedGroup": {"id": "staff"}}, {"id": {"$inGroup": "beta"}}]},
        },
        "self": {"type": "condition", "condition": {"$savedGroup": {"id": "self"}}},
    }
    read = growthbook.read(
        {"$savedGroup": {"id": "both"}}, saved_groups=groups, types={"traits.id": "string"}
    )
    assert growthbook.write(read) == {"$or": [{"id": {"$in": ["c"]}}, {"id": {"$in": ["a", "b"]}}]}
    with pytest.raises(InvalidError, match="savedGroup"):
        growthbook.read({"$savedGroup": {"id": "self"}}, saved_groups=groups)


def test_null_alone_is_asked_of_what_has_to_be_known():
    for condition in (
        {"plan": {"$exists": True, "$not": {"$nin": [None]}}},
        {"plan": {"$exists": True, "$in": [None]}},
        {"plan": {"$exists": True, "$eq": None}},
    ):
        read = growthbook.read(condition)
        for attributes in ({"plan": "pro"}, {"plan": None}, {}):
            assert typed.holds(read, attributes) is False


def test_a_sign_by_its_number_is_written_as_it_was_read():
    for pattern in (r"\u0070|x", r"\\u0070", r"[\u0041-\u0043]"):
        read = growthbook.read({"plan": {"$regex": pattern}})
        assert growthbook.write(read)["plan"]["$regex"] == pattern


def test_ends_that_cross_are_true_for_nobody():
    read = growthbook.read({"age": {"$gte": 5, "$lte": 1}})
    assert not any(typed.holds(read, {"age": age}) for age in (0, 1, 3, 5, 6, None))


def test_names_without_a_family_are_traits():
    read = growthbook.read({"plan": "pro", "context.device.type": "phone"})
    assert [part.attribute for part in read.parts] == ["traits.plan", "context.device.type"]
    with pytest.raises(InvalidError, match="dotted path"):
        growthbook.read({"a..b": 1})
    with pytest.raises(InvalidError, match="cannot be asked here"):
        growthbook.read({"context.page.path": "/"}, scope=Scope.SEGMENT)


def test_a_condition_too_large_for_our_language_is_refused():
    with pytest.raises(InvalidError) as caught:
        growthbook.read({"$or": [{"a": number} for number in range(600)]})
    assert caught.value.code == "too_large"
    deep = {"a": 1}
    for number in range(14):
        deep = {"$or" if number % 2 else "$and": [deep, {"b": number}]}
    growthbook.read(deep)
    for number in range(4):
        deep = {"$or" if number % 2 else "$and": [deep, {"b": number}]}
    with pytest.raises(InvalidError) as caught:
        growthbook.read(deep)
    assert caught.value.code == "too_deep"
