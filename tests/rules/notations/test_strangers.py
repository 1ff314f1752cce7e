"""Whatever a stranger sends as a condition, a rule or data gets an answer or a refusal."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.compiler import compile as compiled
from rules.errors import InvalidError
from rules.facts import Facts
from rules.notations import growthbook, jsonlogic
from rules.notations.logic.answering import _OPERATIONS
from rules.notations.logic.comparisons import COMPARISONS
from rules.notations.logic.refusals import REFUSED
from rules.notations.mongo.comparisons import OPERATORS

MONGO = [
    *OPERATORS,
    "$and",
    "$or",
    "$nor",
    "$not",
    "$size",
    "$elemMatch",
    "$all",
    "$alli",
    "$foo",
    "$inGroup",
    "$notInGroup",
    "$savedGroup",
    "$savedGroups",
    "a",
    "a.b",
    "",
    "$",
    "id",
    "type",
    "condition",
    "values",
    "attributeKey",
    "length",
]
LOGIC = [*_OPERATIONS, *COMPARISONS, *REFUSED, "a", "", "explode"]
ODD = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**30,
    10**400,
    float("nan"),
    float("inf"),
    -0.0,
    "",
    "a",
    "a.b",
    "1",
    "1.2.3",
    "(",
    "\ud800",
    "\0",
    "x" * 600,
    "condition",
    "list",
    "null",
]
STRANGE = [b"a", (1, 2), {1, 2}, object(), 1j, {5: 6}, {None: 1}]


def documents(names):
    return st.recursive(
        st.sampled_from(ODD),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3),
            st.dictionaries(st.sampled_from(names), inner, max_size=3),
        ),
        max_leaves=12,
    )


@settings(max_examples=100)
@given(documents(MONGO), documents(MONGO), documents(MONGO))
def test_a_condition_is_answered_or_refused(condition, attributes, groups):
    for given_attributes in (attributes, {"a": attributes}):
        with suppress(InvalidError):
            found = growthbook.evaluate(condition, given_attributes, groups)
            assert isinstance(found, bool)


@settings(max_examples=100)
@given(documents(MONGO), documents(MONGO))
def test_a_condition_is_read_or_refused(condition, groups):
    with suppress(InvalidError):
        read = growthbook.read(condition, saved_groups=groups if isinstance(groups, dict) else None)
        assert compiled(read, {})(Facts()) in (True, False, None)
        with suppress(InvalidError):
            assert isinstance(growthbook.write(read), dict)


@settings(max_examples=100)
@given(documents(LOGIC), documents(LOGIC), st.booleans())
def test_a_rule_is_answered_or_refused(rule, data, letter):
    with suppress(InvalidError):
        jsonlogic.evaluate(rule, data, javascript=letter)


@settings(max_examples=100)
@given(documents(LOGIC), st.booleans())
def test_a_rule_is_read_or_refused(rule, letter):
    with suppress(InvalidError):
        read = jsonlogic.read(rule, javascript=letter)
        assert compiled(read, {})(Facts()) in (True, False, None)
        with suppress(InvalidError):
            jsonlogic.write(read)


@pytest.mark.parametrize("strange", STRANGE, ids=lambda each: type(each).__name__)
def test_what_is_no_json_is_answered_or_refused(strange):
    for condition in ({"a": strange}, {"a": {"$in": [strange]}}, {"a": {"$eq": strange}}, strange):
        for attributes in ({"a": strange}, {"a": [strange]}, strange):
            with suppress(InvalidError):
                growthbook.evaluate(condition, attributes)
        with suppress(InvalidError):
            growthbook.read(condition)
    for rule in (
        {"===": [strange, strange]},
        {"in": [strange, [strange]]},
        {"!": [strange]},
        strange,
    ):
        with suppress(InvalidError):
            jsonlogic.evaluate(rule, strange)
        with suppress(InvalidError):
            jsonlogic.read(rule)
