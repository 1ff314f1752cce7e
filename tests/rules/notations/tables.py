"""Matrices of every kind with the nastiest texts, for the notations that are tables."""

import itertools

from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.matrix.document import parse
from rules.matrix.policies import AGGREGATES, POLICIES
from rules.operators.registry import operators
from tests.rules.made import conditions, schedules

NASTY = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "'",
    "''=x",
    "'tis",
    '"',
    '"a',
    'a"b',
    "007",
    "1e5",
    "TRUE",
    "2026-12-01",
    "3,5",
    "MAR1",
    " pad ",
    "a\nb",
    "a\r\nb",
    "a|b",
    "a & b",
    "not x",
    "in stock",
    "1 .. 2",
    "-",
    "known",
    "ignoring case",
    "x ignoring case",
    "null",
    "_x000D_",
    "\x01\x7f\x85\u2028\ufffe\uffff",
    "\uff1d1",
    "sep=;",
    "a;b,c\td",
    "#",
    "condition 1",
    "//",
    "rest",
]
texts = st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=8))
singles = st.one_of(
    texts, st.integers(-5, 5), st.sampled_from([0.1, -1.5, 1e22, 2**62]), st.booleans()
)

EXAMPLES = [
    {"attribute": "traits.a", "operator": name, "value": part.example.operand}
    for name, part in operators.items()
]
EVENTS = [
    {"event": "Order Completed", "within": "24h", "operator": "at_least", "value": 3},
    {"event": "a", "where": {"attribute": "properties.x", "operator": "equals", "value": 1}},
    {"sequence": [{"event": "a"}, {"not": {"event": "b"}, "within": "30m"}]},
    {"has_been": {"segment": "vip"}, "for": "30m"},
]
leaves = st.one_of(
    conditions,
    st.sampled_from([*EXAMPLES, *EVENTS, *({"not": event} for event in EVENTS)]),
    st.builds(
        lambda path, name, value, case: {
            "attribute": path, "operator": name, "value": value, "ignore_case": case
        },
        st.sampled_from(["traits.a", 'traits."=b', "context.c\n"]),
        st.sampled_from(["equals", "not_equals"]),
        singles,
        st.booleans(),
    ),
    st.builds(
        lambda name, values: {"attribute": "traits.a", "operator": name, "value": values},
        st.sampled_from(["in", "not_in", "has_any", "has_none"]),
        st.lists(singles, min_size=1, max_size=3),
    ),
    texts.map(lambda name: {"segment": name}),
    texts.map(lambda name: {"not": {"segment": name}}),
)  # fmt: skip
whens = st.one_of(
    leaves, st.lists(leaves, min_size=1, max_size=6).map(lambda parts: {"all": parts})
)
columns = st.lists(
    st.one_of(
        st.sampled_from(["traits.a", "traits.plan"]).map(lambda path: {"attribute": path}),
        st.just({"segments": True}),
        st.builds(
            lambda label, when: {"label": label, "condition": when},
            texts,
            st.sampled_from([*EVENTS, *EXAMPLES]),
        ),
    ),
    max_size=4,
)
values = st.dictionaries(
    texts, st.one_of(st.none(), singles, st.lists(singles, max_size=2)), min_size=1, max_size=3
)
thens = st.one_of(
    texts.map(lambda name: {"variant": name}),
    values.map(lambda said: {"values": said}),
    st.builds(lambda name, said: {"variant": name, "values": said}, texts, values),
    texts.map(lambda name: {"experiment": name}),
)
rows = st.builds(
    lambda when, then, rest, active: {
        "when": when, "then": then, **rest, **({"active": active} if active else {})
    },
    whens,
    thens,
    st.fixed_dictionaries(
        {},
        optional={
            "rollout": st.sampled_from([0, 12.5, 100]),
            "priority": st.integers(-3, 3),
            "enabled": st.booleans(),
            "note": texts,
            "group": texts,
        },
    ),
    schedules,
)  # fmt: skip


def _built(document):
    """Return the matrix, or ``None`` where the document was made up too freely."""
    try:
        return parse(document)
    except InvalidError:
        return None


def _document(policy, aggregate, columns, rows, ids):
    several = policy == "collect" and aggregate
    named = itertools.zip_longest(rows, dict.fromkeys(ids))
    listed = [{"id": name or f"row-{i}", **row} for i, (row, name) in enumerate(named) if row]
    return {
        "hit_policy": policy,
        "columns": columns,
        "rows": listed,
        "fallback": ids,
        **({"aggregate": aggregate} if several else {}),
    }


matrices = (
    st.builds(
        _document,
        st.sampled_from(list(POLICIES)),
        st.sampled_from([None, None, *AGGREGATES]),
        columns,
        st.lists(rows, max_size=5),
        st.lists(texts, max_size=3, unique=True),
    )
    .map(_built)
    .filter(bool)
)
