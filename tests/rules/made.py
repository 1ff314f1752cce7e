"""Conditions, facts and matrices made up by hypothesis, small enough that they often meet."""

from __future__ import annotations

from hypothesis import strategies as st

from rules.facts import Facts
from rules.matrix.policies import POLICIES

PATHS = ["traits.plan", "traits.age", "traits.tags", "context.country"]
SEGMENTS = ["vip", "new"]
TEXTS = ["pro", "free", "DE", ""]
NUMBERS = [-1, 0, 1, 1.5, 2, 3, 10**15]
SINGLES = [*TEXTS, *NUMBERS, True, False]

singles = st.sampled_from(SINGLES)
sets = st.lists(singles, min_size=1, max_size=3)
numbers = st.sampled_from(NUMBERS)
pairs = st.tuples(numbers, numbers).map(sorted).map(list)
lists = st.lists(singles, max_size=3).map(tuple)


def leaf(operators, values):
    return st.builds(
        lambda path, operator, value: {"attribute": path, "operator": operator, "value": value},
        st.sampled_from(PATHS),
        st.sampled_from(operators),
        values,
    )


leaves = st.one_of(
    leaf(["equals", "not_equals"], singles),
    leaf(["in", "not_in", "has_any", "has_none", "has_all", "not_has_all"], sets),
    leaf(["at_least", "less_than", "at_most", "more_than"], numbers),
    leaf(["between", "not_between"], pairs),
    leaf(["before", "after"], st.sampled_from(["1970-01-01T00:00:00Z", "2001-09-09T01:46:40Z"])),
    leaf(["is_known", "is_unknown", "is_empty"], st.none()),
    leaf(["contains", "not_starts_with", "matches"], st.sampled_from(["pr", "e", "D"])),
    leaf(["equals", "in"], st.none()).flatmap(
        lambda test: st.just({**test, "operator": "equals", "value": "PRO", "ignore_case": True})
    ),
    leaf(["size"], st.sampled_from([1, {"at_least": 2}])),
    st.sampled_from(SEGMENTS).map(lambda name: {"segment": name}),
    st.just({"everyone": True}),
    st.just({"attribute": "time.now", "operator": "before", "value": "2001-09-09T01:46:40Z"}),
)

conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=12,
)

values = st.one_of(singles, lists, st.none(), st.sampled_from([2.5, "other", -7, (2, "pro")]))
facts = st.builds(
    lambda attributes, segments, now: Facts(attributes, segments, {}, now),
    st.dictionaries(st.sampled_from(PATHS), values),
    st.dictionaries(st.sampled_from(SEGMENTS), st.booleans()),
    st.sampled_from([0, 10**15 - 1, 10**15, 10**15 + 1]),
)

schedules = st.sampled_from(
    [
        None,
        {"from": "2001-09-09T01:47", "zone": "UTC"},
        {"from": None, "until": "2001-09-09T03:46", "zone": "Europe/Berlin"},
    ]
)
thens = st.sampled_from(
    [
        {"variant": "a"},
        {"variant": "b"},
        {"values": {"off": 1}},
        {"values": {"off": True}},
        {"variant": "a", "values": {"off": 1, "sizes": [1, "m"], "none": None}},
        {"experiment": "a"},
    ]
)
rows = st.builds(
    lambda when, then, rollout, priority, active, enabled: {
        "when": when,
        "then": then,
        "rollout": rollout,
        "priority": priority,
        "enabled": enabled,
        **({"active": active} if active else {}),
    },
    conditions,
    thens,
    st.sampled_from([100, 100, 50, 0]),
    st.integers(0, 2),
    schedules,
    st.sampled_from([True, True, True, False]),
)
matrices = st.builds(
    lambda policy, rows: {
        "hit_policy": policy,
        "rows": [{"id": f"row-{i}", **row} for i, row in enumerate(rows)],
    },
    st.sampled_from(list(POLICIES)),
    st.lists(rows, max_size=8),
)
