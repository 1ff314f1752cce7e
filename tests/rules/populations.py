"""Conditions over every operator on the shelf, and crowds of profiles to ask them of."""

from __future__ import annotations

from random import Random

from hypothesis import strategies as st

from rules.facts import Facts
from rules.operators.registry import operators
from rules.windows.registry import create
from tests.rules import made

NOW = 10**15
DAY = 86_400_000_000
PATHS = [*made.PATHS, "traits.place", "traits.seen", "context.timezone", "time.zone", "time.now"]
OPERANDS = {
    "none": [None],
    "single": made.SINGLES,
    "singles": [["pro", "DE"], [1, True, "1"], ["red"], [0.5, 2**53 + 1], list(range(20))],
    "number": [*made.NUMBERS, 2**53 + 1, 0.5, -0.1, 2**63 - 1, 1e300],
    "pair": [[0, 2], [1.5, 1.5], [-1, 10**15], [2**53, 2**53 + 1], [0.1, 0.2]],
    "text": ["pr", "E", "1.", ":", "ß"],
    "pattern": ["^p", "[0-9]+", "e$"],
    "instant": ["1970-01-01T00:00:00Z", "2001-09-09T01:46:40Z"],
    "duration": ["90s", "24h", "7d"],
    "version": ["1.2.3", "1.2", "2.0.0-rc.1"],
    "networks": ["10.0.0.0/8", ["10.0.0.0/31", "2001:db8::/32"]],
    "near": [
        {"latitude": 52.52, "longitude": 13.405, "within_km": 30},
        {"latitude": 0, "longitude": 0, "within_km": 0},
        {"latitude": 89.9, "longitude": 179.9, "within_km": 20_000},
    ],
    "size": [0, 1, {"at_least": 2}, {"at_least": 1, "at_most": 2}],
    "remainder": [{"divisor": 2, "remainder": 1}],
    "type": ["number", "string", "list"],
    "period": [
        {"which": which, "unit": unit, "zone": zone}
        for which in ("this", "last")
        for unit in ("day", "month")
        for zone in ("visitor", "site")
    ],
    "yearly": [{"within_days": 30, "zone": "visitor"}, {"zone": "UTC"}],
    "item": [{"operator": "starts_with", "value": "p"}, {"operator": "at_least", "value": 1}],
    "weekdays": [{"days": ["sunday"], "zone": zone} for zone in ("visitor", "site", "UTC")],
}
TOLD = {
    "texts": [*made.TEXTS, "PRO", "straße", "1.2.3", "1.2.4-rc.1", "10.0.0.1", "2001:db8::1"],
    "zones": ["Europe/Berlin", "America/New_York", "nowhere", "Asia/Tokyo"],
    "whole": [-1, 0, 1, 2, 3, 10**15, 2**53, 2**53 + 1, 2**63 - 1, -(2**63)],
    "real": [0.5, 1.5, -0.1, 0.1, 0.2, 1e300, -1e300, 5e-324],
    "instants": [NOW, NOW + 1, NOW - DAY, NOW - DAY + 1, NOW + DAY, NOW - 7 * DAY, 0],
    "truths": [True, False],
    "tags": [(), ("red",), ("pro", "DE"), ("DE", "pro"), ("red", "blue", "pro")],
    "lists": [("red", "red"), (1, True), (1,), (True,), (1.0, "pro"), ["red"], (), ("1", 1)],
    "places": [
        (52.39, 13.06),
        (53.55, 9.99),
        (0.0, 0.0),
        (52.52, 13.405),
        (89.95, -179.9),
        (95.0, 0.0),
        (0.0, 181.0),
    ],
    "strange": [float("nan"), float("inf"), 1.0, -0.0, 2**80, {}, {"a": 1}, b"x", (1.0,), (1, 2)],
}


@st.composite
def any_test(draw):
    part = operators[
        draw(st.sampled_from(sorted(p.name for p in operators.values() if not p.of_events)))
    ]
    known = OPERANDS.get(part.shape.name, [part.example.operand])
    operand = draw(st.sampled_from([part.example.operand, *known]))
    test = {"attribute": draw(st.sampled_from(PATHS)), "operator": part.name}
    if operand is not None:
        test["value"] = operand
    return {**test, "ignore_case": True} if part.cases and draw(st.booleans()) else test


_counted = st.builds(
    lambda measure, operator, value: {**measure, "operator": operator, "value": value},
    st.sampled_from(
        [
            {"event": "A"},
            {"event": "A", "within": "24h"},
            *({"event": "A", "measure": {kind: "properties.x"}} for kind in ("sum", "avg", "max")),
            {"event": "B", "measure": {"distinct": "properties.x"}},
        ]
    ),
    st.sampled_from(["at_least", "less_than", "at_most", "more_than", "equals", "is_unknown"]),
    st.sampled_from([0, 1, 2, 0.5, 3]),
).map(lambda said: _bare(said) if said["operator"] == "is_unknown" else said)
_told = st.builds(
    lambda operator, value: {
        "event": "A",
        "measure": {"last": "properties.x"},
        "operator": operator,
        "value": value,
    },
    st.sampled_from(["equals", "not_equals"]),
    st.sampled_from([1, 2.5, "pro", True]),
)
_leaves = st.one_of(
    any_test(),
    any_test(),
    any_test(),
    made.leaves,
    _counted,
    _told,
    st.just({"same": "properties.id", "all": [{"event": "A"}, {"not": {"event": "B"}}]}),
)
conditions = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=4).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=10,
)


def _bare(said):
    return {key: value for key, value in said.items() if key != "value"}


class Answered:
    """A window of which only the answer matters."""

    def __init__(self, truth):
        self.truth = truth

    def read(self, _now):
        return self.truth


def crowd(seed, keys, size=40, now=NOW):
    """Return facts of so many profiles; each attribute draws from a few kinds of values."""
    source = Random(seed)
    pools = {
        path: [v for kind in source.sample(sorted(TOLD), source.randint(1, 3)) for v in TOLD[kind]]
        for path in PATHS
        if path != "time.now" and source.random() < 0.9
    }
    gaps = source.choice([0, 0.2, 0.7])
    return [
        Facts(
            {
                path: source.choice([*pool, None])
                for path, pool in pools.items()
                if source.random() >= gaps
            },
            {name: source.random() < 0.5 for name in made.SEGMENTS if source.random() < 0.7},
            {
                key: _window(source, asked, now)
                for asked, key in keys.items()
                if source.random() < 0.8
            },
            now,
        )
        for _ in range(size)
    ]


def _window(source, asked, now):
    if not hasattr(asked, "kind"):
        return Answered(source.choice([True, False, None]))
    window = create(asked)
    for tie in range(source.randint(0, 3)):
        value = source.choice([500_000, 1_000_000, 2_000_000])
        if asked.kind in ("last", "distinct"):
            value = source.choice([1, 2.5, "pro", True])
        window.add(now - source.choice([0, 1, DAY, DAY - 1]) - 3 + tie, value, str(tie))
    return window
