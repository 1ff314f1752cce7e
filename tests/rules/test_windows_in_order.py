"""Windows as the fold drives them: told in order, pruned before each event, read at every tick."""

import json
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Measure, Span
from rules.windows.registry import create, kinds, load
from tests.rules import test_windows as windows
from tests.rules.stories import UNTIL

KINDS = sorted(set(kinds) - {"weighted"})
SEARCHED = 1_500
"""Examples for each kind in the long search; each is read at some 70 ticks."""


def agree(kind, data, events):
    """Drive one window through a story and compare every tick; return how many there were."""
    measure = data.draw(windows.measured(kind))
    window, known, steps = create(measure), [], 0
    stored = data.draw(st.booleans())
    groups = [(at, list(found)) for at, found in groupby(sorted(events), key=lambda e: e.at)]
    ends = [at for at, _ in groups[1:]] + [UNTIL + 30]
    for (at, found), end in zip(groups, ends, strict=False):
        window.prune(at - 1)
        windows._feed(window, measure, found)
        known += found
        if stored:
            window = load(measure, json.loads(json.dumps(window.dump())))
        due = window.next_change(at)
        first = None
        for now in range(at, end):
            wanted = windows._wanted(measure, known, now)
            assert repr(window.read(now)) == repr(wanted), (measure, now)
            moved = repr(wanted) != repr(windows._wanted(measure, known, at))
            first = now if moved and first is None else first
            steps += 1
        if kind != "recency" and first is not None:
            assert due == first, (measure, at)
    return steps


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15, deadline=None)
@given(st.data(), windows.happened)
def test_a_window_told_in_order_forgets_and_answers_the_same(kind, data, events):
    agree(kind, data, events)


@pytest.mark.parametrize("kind", ["last", "last_values", "most_frequent"])
def test_one_after_true_is_another_answer(kind):
    setting = 1 if kind == "last_values" else None
    measure = Measure("A", span=Span(offset=1), kind=kind, path="properties.v", setting=setting)
    window = create(measure)
    for at, value, tie in ((1, True, "a"), (2, 1, "b"), (2, 1, "c")):
        window.add(at, value, tie)
    assert window.next_change(2) == 3
    assert "1" in repr(window.read(3))


@pytest.mark.nightly
@pytest.mark.parametrize("kind", KINDS)
def test_a_window_told_in_order_answers_the_same_in_a_long_search(kind):
    steps = []

    @settings(max_examples=SEARCHED, deadline=None)
    @given(st.data(), windows.happened)
    def search(data, events):
        steps.append(agree(kind, data, events))

    search()
    assert sum(steps) >= 1_000_000 / len(KINDS)
