"""JsonLogic's conditions are answered as its suites say, and what is refused is refused by name."""

from __future__ import annotations

import pytest

from rules.errors import InvalidError
from rules.notations import jsonlogic
from rules.notations.logic.refusals import REFUSED
from tests.rules.notations.suites import document, suite, vectors

CLASSIC = ("+", "-", "*", "/", "%", "min", "max", "cat", "substr", "map", "filter", "reduce",
           "merge", "log")  # fmt: skip


def names(rule):
    """Yield every operation a rule names, wherever it stands."""
    if isinstance(rule, list):
        for part in rule:
            yield from names(part)
    elif isinstance(rule, dict):
        for name, inner in rule.items():
            yield name
            yield from names(inner)


@suite("jsonlogic/compatible.json")
@pytest.mark.parametrize("letter", [False, True], ids=["community", "javascript"])
def test_the_public_suite_holds_or_is_refused_by_name(case, letter):
    refused = REFUSED.keys() & set(names(case["rule"]))
    refusal = None
    try:
        found = jsonlogic.evaluate(case["rule"], case.get("data"), javascript=letter)
    except InvalidError as error:
        refusal = error
    if refusal is None:
        assert (found, type(found)) == (case["result"], type(case["result"]))
        assert refused == set()
    else:
        assert refusal.code == "operation"
        assert any(f"{name} is not run here" in refusal.message for name in refused)


@vectors("jsonlogic", "result")
def test_our_vectors_hold(case):
    data = document("jsonlogic")["data"]
    found = jsonlogic.evaluate(case["rule"], data)
    letter = jsonlogic.evaluate(case["rule"], data, javascript=True)
    assert (found, type(found)) == (case["result"], type(case["result"]))
    assert letter == case.get("javascript", case["result"])


@vectors("jsonlogic", "refused")
def test_our_vectors_are_refused(case):
    with pytest.raises(InvalidError) as caught:
        jsonlogic.evaluate(case["rule"], document("jsonlogic")["data"])
    assert {"at": caught.value.at, "code": caught.value.code} == case["refused"]


@pytest.mark.parametrize("name", REFUSED)
def test_an_operation_that_is_not_run_is_named_with_its_place_and_a_reason(name):
    with pytest.raises(InvalidError) as caught:
        jsonlogic.evaluate({"and": [True, {name: [1, 2]}]}, {})
    assert caught.value.at == f"/and/1/{name.replace('/', '~1')}"
    assert REFUSED[name] in caught.value.message


def test_what_is_not_reached_is_not_run():
    assert jsonlogic.evaluate({"and": [False, {"throw": "up"}]}) is False
    assert jsonlogic.evaluate({"or": [1, {"throw": "up"}]}) == 1
    assert jsonlogic.evaluate({"if": [True, "yes", {"throw": "up"}]}) == "yes"
    assert jsonlogic.evaluate({"<": [3, 2, {"throw": "up"}]}) is False
    assert jsonlogic.evaluate({"some": [[1, 2], {"or": [{"var": ""}, {"throw": "up"}]}]}) is True


APART = [
    ({"==": [None, 0]}, True, False),
    ({"!=": [False, None]}, False, True),
    ({"<": [1, "a"]}, "not_a_number", False),
    ({"==": [1, "a"]}, "not_a_number", False),
    ({"==": [[1], 1]}, "not_a_number", True),
    ({">": [{}, 1]}, "not_a_number", False),
    ({"==": [3, 3, 2]}, False, True),
    ({">": [3, 2, 5]}, False, True),
    ({"==": [1]}, "arguments", False),
    ({"and": True}, "arguments", True),
    ({"if": 5}, "arguments", 5),
    ({"some": 5}, "arguments", False),
    ({"!!": [{}]}, False, True),
    ({"a": 1, "b": 2}, "operation", {"a": 1, "b": 2}),
]


@pytest.mark.parametrize(("rule", "community", "letter"), APART, ids=lambda value: str(value)[:30])
def test_where_the_two_dialects_part(rule, community, letter):
    assert jsonlogic.evaluate(rule, javascript=True) == letter
    if isinstance(community, str):
        with pytest.raises(InvalidError) as caught:
            jsonlogic.evaluate(rule)
        assert caught.value.code == community
    else:
        assert jsonlogic.evaluate(rule) is community


def nested(depth):
    rule = True
    for _ in range(depth):
        rule = {"!": [rule]}
    return rule


HOSTILE = {
    "ten thousand nots": (nested(10_000), {}, "too_deep"),
    "lists in lists": ([nested(5_000)], {}, "too_deep"),
    "deep data": (True, nested(10_000), "too_deep"),
    "a million values": (list(range(1_000_000)), {}, "too_large"),
    "a million values in the data": (True, list(range(1_000_000)), "too_large"),
    "an operation nobody knows": ({"explode": []}, {}, "operation"),
    "an operation without a name": ({"": []}, {}, "operation"),
    "a thousand by a thousand by a thousand": (
        {"some": [{"var": ""}, {"some": [list(range(500)), {"===": [{"var": ""}, -1]}]}]},
        list(range(1_000)),
        "too_costly",
    ),
    "a long text sought again and again": (
        {"all": [list(range(1, 9_000)), {"in": ["b", "a" * 1_000_000]}]},
        {},
        "too_costly",
    ),
    "one missing name too many": ({"missing_some": [1, 2]}, {}, "arguments"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_rules_and_data_are_refused(name):
    rule, data, code = HOSTILE[name]
    with pytest.raises(InvalidError) as caught:
        jsonlogic.evaluate(rule, data)
    assert caught.value.code == code


def test_everything_classic_is_either_run_or_refused_by_name():
    for name in CLASSIC:
        assert name in REFUSED
