"""What was most often is followed through time as it is read anew at every instant."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Measure, Span
from rules.windows.begun import FOREVER
from rules.windows.most_frequent import MostFrequent

spans = st.sampled_from(
    [Span(9), Span(9, 4), Span(None, 5), Span(30, 0, 3, 20), Span(FOREVER, 2), Span(1), Span()]
)
told = st.lists(
    st.tuples(st.integers(0, 25), st.sampled_from([1, 1.0, True, "1", "a", 2])), max_size=30
)


@settings(max_examples=200, deadline=None)
@given(spans, told, st.none() | st.integers(0, 20), st.integers(0, 8))
def test_every_change_is_told_at_its_instant_and_nothing_else(span, said, floor, later):
    window = MostFrequent(Measure("A", span=span, kind="most_frequent", path="properties.v"))
    window.floor = floor
    for at, value in said:
        window.add(at, value, "")
    now = max((at for at, _ in said), default=0) + later
    wanted, before = [], window.read(now)
    for instant in range(now + 1, now + 80):
        value = window.read(instant)
        if (type(value), value) != (type(before), before):
            wanted.append((instant, type(value), value))
            before = value
    assert [(at, type(v), v) for at, v in window.changes(now) if at < now + 80] == wanted
