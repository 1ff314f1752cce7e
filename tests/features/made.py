"""Logs, measures and points that look for a place where the night and the day disagree."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from rules.errors import InvalidError
from rules.state import Event
from tests.features.comparing import measured

NAMES = ("Viewed", "Bought", 'Product "x"; --\'')
PATHS = ("properties.n", "properties.s", "properties.deep.n", "properties.list.sku", "context.c")
TEXTS = (
    "",
    "a",
    "A",
    "Stra\u00dfe",
    "STRASSE",
    "x" * 256,
    "x" * 257,
    "e\u0301",
    "\u00e9",
    "%_",
    "\U0001f600",
)
NUMBERS: tuple[float, ...] = (
    0, -0.0, 1, 1.0, 2, -3, 0.1, 0.3, 0.30000000000000004, 2.0000005, -2.0000005, 1e-7, 5e-7,
    10**12, -(10**12), 10**12 + 1, 2**53, 2**53 + 1, float(2**53), 2**63 - 1, -(2**63), 1e18, 1e300,
    9.3e18, 5e-324, 33.333333,
)  # fmt: skip
SINGLES = (*TEXTS, *NUMBERS, True, False, None)

single = st.sampled_from(SINGLES)
item = st.one_of(single, st.just([1]), st.fixed_dictionaries({}, optional={"sku": single}))
value = st.one_of(single, st.lists(item, max_size=3), st.just({"n": 1}))
bodies = st.fixed_dictionaries(
    {},
    optional={
        "n": value,
        "s": value,
        "deep": st.one_of(value, st.fixed_dictionaries({"n": value})),
        "list": st.one_of(value, st.lists(item, max_size=3)),
        "a.b": single,
    },
)
contexts = st.fixed_dictionaries({}, optional={"c": value})


@st.composite
def histories(draw: st.DrawFn, most: int = 12) -> dict[str, list[Event]]:
    """Draw a few profiles' events, sorted: many at one instant, all near to each other."""
    found: dict[str, list[Event]] = {}
    for profile in ("p", "q")[: draw(st.integers(1, 2))]:
        count = draw(st.integers(0, most))
        events = [
            Event(
                draw(st.integers(0, 40)),
                f"{draw(st.integers(0, 3))}{number}",
                "track",
                draw(st.sampled_from(NAMES)),
                draw(bodies),
                draw(contexts),
                {},
            )
            for number in range(count)
        ]
        found[profile] = sorted(events, key=lambda event: event[:2])
    return found


operand = st.sampled_from([v for v in SINGLES if v is not None])
number = st.sampled_from(NUMBERS)


@st.composite
def tests(draw: st.DrawFn) -> dict[str, Any]:
    """Draw one test of an event's attribute."""
    name, given_value, cases = draw(
        st.one_of(
            st.tuples(
                st.sampled_from(["at_least", "less_than", "at_most", "more_than"]), number,
                st.just(False),
            ),
            st.tuples(
                st.sampled_from(["between", "not_between"]),
                st.tuples(number, number).map(sorted),
                st.just(False),
            ),
            st.tuples(st.sampled_from(["equals", "not_equals"]), operand, st.booleans()),
            st.tuples(
                st.sampled_from(["in", "not_in"]), st.lists(operand, min_size=1, max_size=3),
                st.booleans(),
            ),
            st.tuples(
                st.sampled_from(["contains", "not_contains", "starts_with", "ends_with"]),
                st.sampled_from(TEXTS[1:]),
                st.booleans(),
            ),
            st.tuples(
                st.sampled_from(["is_known", "is_unknown", "is_empty", "is_not_empty"]),
                st.none(),
                st.just(False),
            ),
            st.tuples(
                st.sampled_from(["has_type", "not_has_type"]),
                st.sampled_from(["string", "number", "boolean", "list"]),
                st.just(False),
            ),
            st.tuples(
                st.sampled_from(["has_any", "has_all", "has_none", "not_has_all"]),
                st.lists(operand, min_size=1, max_size=3),
                st.just(False),
            ),
            st.tuples(
                st.sampled_from(["size", "not_size"]),
                st.sampled_from([0, 2, {"at_least": 1}, {"at_most": 1}]),
                st.just(False),
            ),
        )
    )  # fmt: skip
    said = {"attribute": draw(st.sampled_from(PATHS)), "operator": name}
    said |= {} if given_value is None else {"value": given_value}
    return said | ({"ignore_case": True} if cases else {})


conditions = st.recursive(
    tests(),
    lambda parts: st.one_of(
        parts.map(lambda part: {"not": part}),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: {"all": found}),
        st.lists(parts, min_size=1, max_size=3).map(lambda found: {"any": found}),
    ),
    max_leaves=4,
)
LAST = {"attribute": PATHS[0], "operator": "is_known"}
spans = st.sampled_from(
    [
        {},
        {"within": "PT0.000005S"},
        {"within": "PT0.000020S"},
        {"between": ["PT0.000020S", "PT0.000003S"]},
        {"since": "1970-01-01T00:00:00.000010Z"},
        {"since": "1970-01-01T00:00:00.000005Z", "until": "1970-01-01T00:00:00.000030Z"},
        {"within": "PT0.000020S", "until": "1970-01-01T00:00:00.000030Z"},
        {"in_session": "PT0.000004S"},
        {"since_last": NAMES[0]},
        {"since_last": NAMES[1], "within": "PT0.000015S"},
        {"since_last": {"event": NAMES[0], "where": LAST}},
        {"since_last": {"event": NAMES[1], "where": {"not": LAST}}, "in_session": "PT0.000010S"},
        {"since_last": NAMES[2], "in_session": "PT0.000010S"},
        {"in_session": "PT0.000007S", "within": "PT0.000015S"},
        {"in_session": "PT0.000010S", "since": "1970-01-01T00:00:00.000010Z"},
        {"in_session": "PT0.000012S", "between": ["PT0.000020S", "PT0.000003S"]},
    ]
)
endless = st.sampled_from([{}, {"since": "1970-01-01T00:00:00.000010Z"}, {
    "since": "1970-01-01T00:00:00.000005Z", "until": "1970-01-01T00:00:00.000030Z"}])  # fmt: skip
PLAIN = ("count", "recency", "first_at", "last_at")
KINDS = ("sum", "avg", "min", "max", "distinct", "first", "last", "most_frequent")
HABITS = ("first_time", "regularly", "stopped", "resumed")
EVERY = (*PLAIN, "rate", *KINDS, "last_values", "decayed", *HABITS)
ENDLESS = ("decayed", "regularly")
"""They take dates, and no span that has a length or begins anew."""
LENGTHS = ("PT0.000001S", "PT0.000003S", "PT0.000007S", "PT0.000016S")


def measured_by(kind: str, path: str, most: int = 3, half: str = "PT0.000007S") -> Any:
    """Return what a document says of a kind of measure of a path."""
    if kind in PLAIN:
        return kind
    others = {
        "rate": NAMES[0],
        "last_values": {"of": path, "most": most},
        "decayed": {"half_life": half, "of": path},
    }
    return {kind: others.get(kind, path)}


def asked(
    kind: str, path: str = "properties.n", most: int = 3, length: str = "PT0.000007S"
) -> dict[str, Any]:
    """Return what a document says of a kind of measure of a path, or of a habit."""
    if kind not in HABITS:
        return {"measure": measured_by(kind, path, most, length)}
    each = {"periods": most, "of": most + 1, "each": length}
    values = {"regularly": each, "stopped": length, "resumed": length}
    return {"operator": kind} | ({"value": values[kind]} if kind in values else {})


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any] | None:
    """Draw a measure's document, ``None`` for one that is none."""
    kind = draw(st.sampled_from(EVERY))
    path, most = draw(st.sampled_from(PATHS)), draw(st.integers(1, 4))
    found = {"event": draw(st.sampled_from(NAMES))}
    found |= asked(kind, path, most, draw(st.sampled_from(LENGTHS)))
    found |= draw(endless if kind in ENDLESS else spans)
    if draw(st.booleans()):
        found["where"] = draw(conditions)
    try:
        measured(found)
    except InvalidError:
        return None
    return found


declarations = st.lists(measures().filter(bool), min_size=1, max_size=4)
instants = st.lists(st.integers(0, 70), min_size=1, max_size=6)
