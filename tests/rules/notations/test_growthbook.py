"""GrowthBook's conditions are answered as GrowthBook answers them."""

from __future__ import annotations

import pytest

from rules.errors import InvalidError
from rules.notations import growthbook
from tests.rules.notations.suites import document, suite, vectors


@suite("growthbook/cases.json", "evalCondition")
def test_the_public_suite_holds(case):
    _, condition, attributes, expected, *groups = case
    assert growthbook.evaluate(condition, attributes, *groups) is expected


@vectors("growthbook", "answer")
def test_our_vectors_hold(case):
    given = document("growthbook")
    found = growthbook.evaluate(case["condition"], given["attributes"], given["saved_groups"])
    assert found is case["answer"]


@vectors("growthbook", "refused")
def test_our_vectors_are_refused(case):
    with pytest.raises(InvalidError) as caught:
        growthbook.evaluate(case["condition"], document("growthbook")["attributes"])
    assert {"at": caught.value.at, "code": caught.value.code} == case["refused"]


@pytest.mark.parametrize(
    ("condition", "value", "expected"),
    [
        ({"a.length": 2}, [1, 2], True),
        ({"a.length": {"$gt": 2}}, [1, 2], False),
        ({"a.0.length": 1}, [[9]], True),
        ({"a.length": {"$exists": False}}, "abc", True),
        ({"a.length": 7}, {"length": 7}, True),
        ({"a.length": 0}, [], True),
    ],
)
def test_a_list_has_a_length_at_a_path_as_in_javascript(condition, value, expected):
    assert growthbook.evaluate(condition, {"a": value}) is expected


def nested(word, depth, inner=None):
    condition = inner or {"a": 1}
    for _ in range(depth):
        condition = {word: condition if word == "$not" else [condition]}
    return condition


HOSTILE = {
    "no object": ([], "/", "type"),
    "null": (None, "/", "type"),
    "a number under $and": ({"$and": 7}, "/$and", "type"),
    "a text in $or": ({"$or": ["a"]}, "/$or/0", "type"),
    "null under $not": ({"$not": None}, "/$not", "type"),
    "a number under $elemMatch": ({"a": {"$elemMatch": 5}}, "/a/$elemMatch", "type"),
    "ten thousand nots": (nested("$not", 10_000), "/", "too_deep"),
    "ten thousand ands": (nested("$and", 10_000), "/", "too_deep"),
    "a list deeper than the stack": ({"a": {"$in": nested("$or", 5_000)}}, "/", "too_deep"),
    "a million values": ({"a": {"$in": list(range(1_000_000))}}, "/", "too_large"),
    "look-around": ({"a": {"$regex": "(?=x)x"}}, "/a/$regex", "pattern"),
    "a back-reference": ({"a": {"$regex": r"(x)\1"}}, "/a/$regex", "pattern"),
    "an endless pattern": ({"a": {"$regex": "x" * 10_000}}, "/a/$regex", "length"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_condition_is_refused_by_its_place(name):
    condition, at, code = HOSTILE[name]
    with pytest.raises(InvalidError) as caught:
        growthbook.evaluate(condition, {"a": ["x"]})
    assert (caught.value.at or "/", caught.value.code) == (at, code)


@pytest.mark.parametrize(
    ("attributes", "groups"),
    [([], None), (None, None), (nested("$not", 10_000), None), ({}, []), ({}, "g")],
    ids=["a list", "null", "too deep", "a list of groups", "a text of groups"],
)
def test_what_are_no_attributes_and_no_groups_is_refused(attributes, groups):
    with pytest.raises(InvalidError):
        growthbook.evaluate({"a": 1}, attributes, groups)


BOMBS = {
    "every one against every one": (
        {"a": {"$all": list(range(5_000))}},
        {"a": list(range(9_000, -1, -1))},
    ),
    "a long list against each": (
        {"a": {"$elemMatch": {"$in": list(range(9_000))}}},
        {"a": list(range(-9_000, 0))},
    ),
    "a long text again and again": (
        {"$or": [{"a": {"$regex": "y$"}}] * 4_000},
        {"a": "x" * 1_000_000},
    ),
    "a long list made text again and again": (
        {"$or": [{"a": "x"}] * 6_000},
        {"a": [[1] * 15_000]},
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_an_answer_that_would_take_long_is_refused(name):
    with pytest.raises(InvalidError) as caught:
        growthbook.evaluate(*BOMBS[name])
    assert caught.value.code == "too_costly"


def test_groups_that_name_each_other_hold_for_nobody():
    groups = {
        str(number): {
            "type": "condition",
            "condition": {"$savedGroup": {"id": str((number + 1) % 3_000)}},
        }
        for number in range(3_000)
    }
    assert growthbook.evaluate({"$savedGroup": {"id": "0"}}, {}, groups) is False
    assert growthbook.evaluate({"$not": {"$savedGroup": {"id": "0"}}}, {}, groups) is True


def test_a_long_chain_of_groups_is_followed():
    groups = {
        str(number): {"type": "condition", "condition": {"$savedGroup": {"id": str(number + 1)}}}
        for number in range(150)
    }
    groups["150"] = {"type": "list", "attributeKey": "user.id", "values": [7]}
    asked = {"$savedGroup": {"id": "0"}}
    assert growthbook.evaluate(asked, {"user": {"id": 7}}, groups) is True
    assert growthbook.evaluate(asked, {"user": {"id": "7"}}, groups) is False


@pytest.mark.parametrize("entry", [None, False, 7, "g", {}, {"type": "new"}, {"type": "list"}])
def test_a_broken_group_holds_for_nobody_and_excludes_nobody(entry):
    groups = {"g": entry}
    for asked in (
        {"$savedGroup": {"id": "g"}},
        {"a": {"$inGroup": "g"}},
        {"a": {"$notInGroup": "g"}},
    ):
        assert growthbook.evaluate(asked, {"a": 1}, groups) is False
