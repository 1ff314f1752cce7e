"""Random small worlds for the fold: events on a short time line, and every shape of condition."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from rules import conditions as c
from rules import sequencing
from rules.definitions import Stability
from rules.errors import InvalidError
from tests.rules.happened import identify, track

UNTIL = 60
NAMES = ("A", "B", "C")
OPERATORS = ("at_least", "less_than", "at_most", "more_than", "equals")
SECOND = 10**6

values = st.sampled_from([-1, 0, 1, 2, 2.5, 0.1, "z", True, None])
lengths = st.integers(1, 25)


@st.composite
def events(draw, most=25):
    """Draw events in the order of (at, tie)."""
    found = []
    for number in range(draw(st.integers(1, most))):
        at, tie = draw(st.integers(1, 40)), f"{draw(st.integers(0, 9))}{number:02}"
        if draw(st.integers(0, 5)) == 0:
            told = {"plan": st.sampled_from(["pro", "free", None]), "born": st.integers(-20, 60)}
            names = draw(st.sets(st.sampled_from(sorted(told)), min_size=1))
            found.append(identify(at, tie, **{name: draw(told[name]) for name in sorted(names)}))
            continue
        said = {"v": draw(values), "k": draw(st.sampled_from(["x", "y", "z", None]))}
        said = {name: value for name, value in said.items() if value is not None}
        found.append(track(at, tie, draw(st.sampled_from(NAMES)), **said))
    return sorted(found, key=lambda event: event[:2])


def happened(choose, most=25):
    """Return events as ``events`` draws them, by a random generator: much faster."""
    found = []
    for number in range(choose.randint(1, most)):
        at, tie = choose.randint(1, 40), f"{choose.randint(0, 9)}{number:02}"
        if choose.random() < 0.15:
            told = {"plan": choose.choice(["pro", "free", None]), "born": choose.randint(-20, 60)}
            name = choose.choice([["plan"], ["born"], ["plan", "born"]])
            found.append(identify(at, tie, **{one: told[one] for one in name}))
            continue
        said = {"v": choose.choice([-1, 0, 1, 1, 2, 2.5, 0.1, "z", True, None])}
        said |= {"k": choose.choice(["x", "y", "z", None])}
        said = {name: value for name, value in said.items() if value is not None}
        found.append(track(at, tie, choose.choice(NAMES), **said))
    return sorted(found, key=lambda event: event[:2])


@st.composite
def spans(draw):
    """Draw any span."""
    length = draw(st.none() | lengths)
    offset = 0 if length is None else min(length - 1, draw(st.sampled_from([0, 0, 0, 1, 5])))
    since = draw(st.sampled_from([None, None, None, 10]))
    until = draw(st.sampled_from([None, None, None, 30]))
    return c.Span(length, offset, since, until)


@st.composite
def any_spans(draw):
    """Draw any span, its beginning perhaps moving."""
    span = draw(spans())
    gap, last = draw(
        st.sampled_from([(None, None)] * 4 + [(4, None), (9, None), (None, "C"), (9, "C")])
    )
    where = draw(st.sampled_from([None, None, c.Test("properties.v", "at_least", 2)]))
    return replace(span, in_session=gap, since_last=last, since_where=last and where)


NUMBERS = ("count", "sum", "avg", "min", "max", "distinct", "recency", "rate", "decayed")


@st.composite
def measures(draw, kinds=NUMBERS):
    """Draw a measure of one of the kinds."""
    kind = draw(st.sampled_from(kinds))
    where = draw(st.sampled_from([None, None, c.Test("properties.k", "equals", "x")]))
    path = {"count": None, "recency": None, "rate": "B"}.get(kind, "properties.v")
    span = draw(any_spans())
    name = draw(st.sampled_from(NAMES))
    if kind == "decayed":
        path = draw(st.sampled_from([None, path]))
        span = c.Span(None, 0, span.since, span.until)
        return c.Measure(name, where, span, kind, path, draw(st.integers(1, 20)))
    return c.Measure(name, where, span, kind, path)


@st.composite
def asked(draw):
    """Draw a test on a measure."""
    measure = draw(measures())
    scale = SECOND if measure.kind == "recency" else 1
    numbers = st.integers(-1, 20 if measure.kind == "recency" else 4)
    if draw(st.integers(0, 5)) == 0:
        low, high = sorted((draw(numbers), draw(numbers)))
        return c.EventTest(measure, "between", (low / scale, high / scale))
    return c.EventTest(measure, draw(st.sampled_from(OPERATORS)), draw(numbers) / scale)


@st.composite
def said(draw):
    """Draw a test on what was said first or last."""
    measure = draw(measures(("first", "last", "most_frequent")))
    return c.EventTest(measure, "equals", draw(st.sampled_from([1, "z", True])))


@st.composite
def listed(draw):
    """Draw a test on the last few values."""
    measure = replace(draw(measures(("last_values",))), setting=draw(st.integers(1, 3)))
    if draw(st.booleans()):
        return c.EventTest(measure, "has_any", draw(st.sampled_from([("z",), (1, "z")])))
    return c.EventTest(measure, "size", (draw(st.integers(0, 3)), None))


@st.composite
def timed(draw):
    """Draw a test on the instant of the first or the last event."""
    measure = replace(draw(measures(("first", "last"))), path=None)
    measure = replace(measure, kind=f"{measure.kind}_at")
    return c.EventTest(measure, draw(st.sampled_from(["within_last", "older_than"])), draw(lengths))


@st.composite
def habits(draw):
    """Draw a habit."""
    name = draw(st.sampled_from(["first_time", "regularly", "stopped", "resumed"]))
    measure = draw(measures(("count",)))
    if name == "regularly":
        periods, more = draw(st.integers(1, 3)), draw(st.integers(0, 3))
        span = c.Span(None, 0, measure.span.since, measure.span.until)
        asked = (periods, periods + more, draw(st.integers(1, 12)))
        return c.EventTest(replace(measure, span=span), name, asked)
    return c.EventTest(measure, name, None if name == "first_time" else draw(lengths))


traits = st.sampled_from(["pro", "free"]).map(lambda plan: c.Test("traits.plan", "equals", plan))
times = st.builds(
    lambda operator, length: c.Test("traits.born", operator, length),
    st.sampled_from(["within_last", "older_than"]),
    lengths,
)
bound = st.recursive(
    asked() | habits(),
    lambda inner: (
        st.builds(lambda *parts: c.All(parts), inner, inner)
        | st.builds(lambda *parts: c.Any(parts), inner, inner)
        | st.builds(c.Not, inner)
    ),
    max_leaves=3,
)
first = asked() | habits()
same = st.builds(lambda one, part: c.Same("properties.k", c.All((one, part))), first, bound)


@st.composite
def steps(draw):
    """Draw steps of which the first happens; what does not may be waited for, or lie between."""
    found, number = [], draw(st.integers(1, 4))
    for place in range(number):
        absent = place > 0 and draw(st.integers(0, 2)) == 0
        where = draw(st.sampled_from([None, None, None, c.Test("properties.v", "equals", 1)]))
        times = draw(st.sampled_from([1, 1, 1, 2, 3]))
        length = draw(st.none() | st.integers(1, 12)) if place or times > 1 else None
        measure = c.Measure(draw(st.sampled_from(NAMES)), where, c.Span(length))
        found.append(c.Step(measure, times, absent))
    return tuple(found)


def _runs(sequence):
    try:
        sequencing.check(sequence)
    except InvalidError:
        return False
    return True


sequences = st.builds(
    c.Sequence,
    steps(),
    spans(),
    st.sampled_from([None, None, "properties.k"]),
    st.sampled_from([False, False, True]),
).filter(_runs)
leaves = st.one_of(
    asked(), said(), listed(), timed(), habits(), traits, times, same, sequences, sequences
)


def conditions(names):
    """Return a strategy for conditions that may name the segments given."""
    members = [st.sampled_from(sorted(names)).map(c.Member)] if names else []
    return st.recursive(
        st.one_of(leaves, *members),
        lambda inner: (
            st.builds(lambda *parts: c.All(parts), inner, inner)
            | st.builds(lambda *parts: c.Any(parts), inner, inner)
            | st.builds(c.Not, inner)
            | st.builds(c.HasBeen, inner, st.integers(1, 10))
        ),
        max_leaves=4,
    )


waits = st.sampled_from([0, 0, 1, 4, 9])
stabilities = st.one_of(
    st.just(Stability()),
    st.builds(Stability, waits, waits, waits, st.sampled_from([None, None, 1, 2])),
)


@st.composite
def segments(draw, most=4):
    """Draw segments, later ones perhaps of earlier ones."""
    found = {}
    for number in range(draw(st.integers(1, most))):
        found[f"s{number}"] = (draw(conditions(set(found))), draw(stabilities))
    return found
