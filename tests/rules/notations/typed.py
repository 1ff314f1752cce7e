"""Attributes of known types, raw and as facts, and conditions of ours that ask for them."""

from __future__ import annotations

from hypothesis import strategies as st

from rules.compiler import compile as compiled
from rules.facts import Facts
from rules.parser import parse
from rules.scopes import Scope
from rules.values import canonical

TYPES = {
    "plan": "string",
    "age": "number",
    "beta": "boolean",
    "tags": "list",
    "app": "version",
}
TEXTS = ["pro", "PRO", "free", "null", "", "0", "5", "true", "a.b", "pro-x", "/p"]
NUMBERS = [-1, 0, 1, 5, 10, 2.5]
VERSIONS = ["1.2.3", "1.2.3-rc.1", "1.10.0", "2.0.0+b", "0.0.0"]
ITEMS = ["a", "b", "", "null", "5", "pro"]

texts, numbers = st.sampled_from(TEXTS), st.sampled_from(NUMBERS)
versions, items = st.sampled_from(VERSIONS), st.sampled_from(ITEMS)
VALUES = {
    "plan": texts,
    "age": numbers,
    "beta": st.booleans(),
    "tags": st.lists(items, max_size=3),
    "app": versions,
}
attributes = st.fixed_dictionaries({}, optional={k: st.none() | v for k, v in VALUES.items()})


def facts(raw):
    """Return raw attributes as the edge of the house brings them to their types."""
    return Facts({f"traits.{name}": canonical(TYPES[name], raw[name]) for name in raw})


def holds(condition, raw):
    """Tell whether one of our conditions is true for raw attributes."""
    return compiled(condition, {})(facts(raw)) is True


def leaf(name, operators, values, **more):
    return st.builds(
        lambda operator, value: {
            "attribute": f"traits.{name}",
            "operator": operator,
            **({} if value is None else {"value": value}),
            **more,
        },
        st.sampled_from(operators),
        values,
    )


several = {name: st.lists(VALUES[name], min_size=1, max_size=3) for name in ("plan", "age", "beta")}
leaves = st.one_of(
    *(leaf(name, ["equals", "not_equals"], VALUES[name]) for name in ("plan", "age", "beta")),
    *(leaf(name, ["in", "not_in"], several[name]) for name in several),
    *(leaf(name, ["is_known", "is_unknown"], st.none()) for name in TYPES),
    leaf("age", ["less_than", "at_most", "more_than", "at_least"], numbers),
    leaf("age", ["between", "not_between"], st.tuples(numbers, numbers).map(sorted).map(list)),
    leaf("tags", ["has_any", "has_none", "has_all", "not_has_all"],
         st.lists(items, min_size=1, max_size=3)),
    leaf("tags", ["size", "not_size"], st.sampled_from([0, 2, {"at_least": 1}, {"at_most": 1},
                                                      {"at_least": 1, "at_most": 2}])),
)  # fmt: skip
conditions = st.recursive(
    leaves | st.just({"everyone": True}),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
).map(lambda raw: parse(raw, scope=Scope.MATRIX))
"""Conditions of which every notation with comparisons and lists has the words."""
textual = st.one_of(
    leaf("plan", ["contains", "starts_with", "ends_with", "not_contains", "not_starts_with",
                  "not_ends_with"], st.sampled_from(["p", "pro", ".", "/", "-", "null", "5"])),
    leaf("plan", ["contains", "not_ends_with"], st.sampled_from(["P", "Pro"]), ignore_case=True),
    leaf("plan", ["matches", "not_matches"], st.sampled_from(["^p", "o$|x", "[0-9]", "n.ll"])),
    leaf("plan", ["equals", "not_equals"], st.sampled_from(["Pro", "NULL"]), ignore_case=True),
    leaf("plan", ["in", "not_in"], st.just(["Pro", "FREE"]), ignore_case=True),
    leaf("plan", ["is_empty", "is_not_empty"], st.none()),
    leaf("tags", ["is_empty", "is_not_empty"], st.none()),
    leaf("app", ["version_equals", "version_not_equals", "version_less_than", "version_at_most",
                 "version_more_than", "version_at_least"], versions),
).map(lambda raw: parse(raw, scope=Scope.MATRIX))  # fmt: skip
