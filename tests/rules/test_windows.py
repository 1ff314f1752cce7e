"""Every window on the shelf keeps one contract: exact, composable, aware of its own future."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rules import conditions as c
from rules import feeds, grouping
from rules.windows import (
    count,
    distinct,
    extreme,
    first,
    kept,
    last,
    most_frequent,
    resumed,
    same,
    total,
)
from rules.windows.begun import moves
from rules.windows.registry import create, kinds, load
from rules.windows.window import EVENT, HABIT, NOTHING, SCORE
from rules.windows.window import VALUES as VALUED
from tests.rules.happened import track
from tests.rules.oracle import Oracle
from tests.rules.stories import UNTIL, asked, bound, spans

KINDS = sorted({*kinds} - {"weighted"})  # that one is made of others: test_weighted
VALUES = [-1, 0, 1, 2, 2.5, 0.1, "z", True]
SETTINGS = {
    "regularly": st.tuples(st.integers(1, 3), st.integers(0, 3), st.integers(1, 9)).map(
        lambda asked: (asked[0], asked[0] + asked[1], asked[2])
    ),
    "first_time": st.none(),
}


@st.composite
def measured(draw, kind):
    """Draw a measure of this kind, over any span it can have."""
    setting = None
    if kinds[kind].takes in {HABIT, SCORE, VALUED}:
        setting = draw(SETTINGS.get(kind, st.integers(1, 9)))
    span = draw(spans())
    if draw(st.booleans()) and span.length is None:
        span = c.Span(None, draw(st.integers(1, 5)), span.since, span.until)
    if draw(st.booleans()):
        gap, last = draw(st.sampled_from([(None, "B"), (4, None), (9, None), (9, "B")]))
        where = draw(st.sampled_from([None, c.Test("properties.v", "at_least", 2)]))
        span = replace(span, in_session=gap, since_last=last, since_where=last and where)
    if kind in {"decayed", "regularly"}:
        span = c.Span(None, 0, span.since, span.until)
    path = {NOTHING: None, HABIT: None, EVENT: "B"}.get(kinds[kind].takes, "properties.v")
    if kind == "decayed" and draw(st.booleans()):
        path = None
    return c.Measure("A", None, span, kind, path, setting)


happened = st.lists(
    st.tuples(st.integers(1, 40), st.sampled_from("AAAABC"), st.sampled_from(VALUES)),
    min_size=0,
    max_size=20,
).map(lambda rows: [track(at, f"{i:02}", name, v=v) for i, (at, name, v) in enumerate(rows)])


def _filled(measure, events, cap=None):
    window = create(measure, cap)
    _feed(window, measure, events)
    return window


def _feed(window, measure, events):
    for event in events:
        for name, fed in feeds.of("k", measure):
            passes = fed.where is None or fed.where(feeds.facts_of(event)) is True
            if name in {event.name, feeds.ANY} and passes:
                value = fed.take(event) if fed.take else None
                for one in value if fed.many else (value,):
                    window.add(event.at, one, event.tie)


def _wanted(measure, events, now):
    oracle = Oracle(events, {}, 1)
    if kinds[measure.kind].takes == HABIT:
        return oracle.habit(measure.kind, measure.setting, measure, now, events)
    value = oracle.measure(measure, now, events)
    if value is not None and kinds[measure.kind].millionths:
        return int(Decimal(value) * 10**6)
    return value


def _readings(window, since):
    return [window.read(now) for now in range(since, UNTIL + 30)]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(st.data(), happened)
def test_a_window_answers_as_the_raw_events_do_in_any_order(kind, data, events):
    measure = data.draw(measured(kind))
    window = _filled(measure, data.draw(st.permutations(events)))
    since = max((event.at for event in events), default=0)
    wanted = [_wanted(measure, events, now) for now in range(since, UNTIL + 30)]
    assert _readings(window, since) == wanted
    window.prune(since)
    assert _readings(window, since) == wanted


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(st.data(), happened)
def test_merging_is_associative_and_commutative(kind, data, events):
    measure = data.draw(measured(kind))
    shares = [data.draw(st.integers(0, 2)) for _ in events]
    parts = [
        _filled(measure, [e for e, share in zip(events, shares, strict=True) if share == n])
        for n in range(3)
    ]
    left, right = parts[0].copy(), parts[2].copy()
    left.merge(parts[1])
    left.merge(parts[2])
    inner = parts[1].copy()
    inner.merge(parts[0])
    right.merge(inner)
    since = max((event.at for event in events), default=0)
    wanted = _readings(_filled(measure, events), since)
    assert _readings(left, since) == wanted
    assert _readings(right, since) == wanted


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(st.data(), happened, happened)
def test_a_dump_goes_through_json_and_lives_on(kind, data, events, more):
    measure = data.draw(measured(kind))
    window = _filled(measure, events)
    again = load(measure, json.loads(json.dumps(window.dump())))
    apart = window.copy()
    assert again.dump() == window.dump()
    for one in (window, again):
        _feed(one, measure, more)
    assert again.dump() == window.dump()
    assert apart.dump() == _filled(measure, events).dump()


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(st.data(), happened)
def test_the_changes_told_are_those_that_come(kind, data, events):
    measure = data.draw(measured(kind))
    window = _filled(measure, events)
    now = max((event.at for event in events), default=0) + data.draw(st.integers(0, 5))
    ahead = [(at, window.read(at), window.read(at - 1)) for at in range(now + 1, UNTIL + 30)]
    told = [change for change in window.changes(now) if change[0] < UNTIL + 30]
    if kind == "recency":
        ahead = [(at, v, None if was is None else was + 1) for at, v, was in ahead]
    assert told == [(at, value) for at, value, before in ahead if repr(value) != repr(before)]
    assert window.next_change(now) == (told[0][0] if told else None)
    held = [window.holds(at) for at in range(now, UNTIL + 30)]
    lapse = next((now + i for i, one in enumerate(held) if one is not held[0]), None)
    told = window.lapse(now)
    assert (told if told is None or told < UNTIL + 30 else None) == lapse


@settings(max_examples=40, deadline=None)
@given(happened, st.integers(1, 25), st.integers(1, 4), st.data())
def test_a_capped_count_answers_at_least_as_the_whole_one_does(events, length, cap, data):
    measure = c.Measure("A", None, c.Span(length))
    capped = _filled(measure, data.draw(st.permutations(events)), cap)
    whole = _filled(measure, events)
    since = max((event.at for event in events), default=0)
    assert len(capped.instants) <= cap
    for now in range(since, UNTIL + 30):
        assert capped.read(now) == min(cap, whole.read(now))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(st.data(), happened)
def test_past_its_bound_a_window_is_unknown_and_never_wrong(kind, data, events):
    measure = data.draw(measured(kind))
    since = max((event.at for event in events), default=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept.Kept, "limit", 3)
        patch.setattr(resumed.Resumed, "limit", 3)
        patch.setattr(most_frequent.MostFrequent, "most", 3)
        window = _filled(measure, sorted(events, key=lambda event: event[:2]))
        found = _readings(window, since)
    wanted = [_wanted(measure, events, now) for now in range(since, UNTIL + 30)]
    assert all(value in {None, want} for value, want in zip(found, wanted, strict=True))
    kept_one_by_one = getattr(getattr(window, "inner", window), "instants", ())
    if kind != "regularly":
        assert len(kept_one_by_one) <= 3
    if not moves(measure.span) and measure.span.length is not None:
        assert found[since + measure.span.length :] == wanted[since + measure.span.length :]


@settings(max_examples=60, deadline=None)
@given(st.data(), st.lists(st.tuples(st.integers(1, 40), st.sampled_from("ABC"),
       st.sampled_from("xyz"), st.sampled_from(VALUES)), max_size=20), asked(), bound)  # fmt: skip
def test_a_group_answers_as_the_raw_events_do(data, rows, one, other):
    part = c.All((one, other))
    plan = grouping.plan(c.Same("properties.k", part))
    events = [track(at, f"{i:02}", n, k=k, v=v) for i, (at, n, k, v) in enumerate(rows)]
    window, parts = same.Same(plan), [same.Same(plan), same.Same(plan)]
    for event in data.draw(st.permutations(events)):
        _group(window, plan, event)
        _group(parts[data.draw(st.integers(0, 1))], plan, event)
    since = max((event.at for event in events), default=0)
    oracle, asks = Oracle(events, {}), c.Same("properties.k", part)
    wanted = [oracle.answer(asks, now, oracle.events) for now in range(since, UNTIL + 30)]
    again = same.Same.load(plan, json.loads(json.dumps(window.dump())))
    parts[0].merge(parts[1])
    for state in (window, again, parts[0]):
        assert _readings(state, since) == wanted
    apart = window.copy()
    apart.prune(since)
    assert _readings(apart, since) == wanted
    truths = dict(enumerate(wanted, since))
    due = apart.next_change(since)
    quiet = [truths[now] for now in range(since, min(due or UNTIL, UNTIL))]
    assert set(quiet) <= {truths[since]}


def _group(window, plan, event):
    for name, leaf in plan.leaves.items():
        for heard, fed in feeds.keyed("w", name, leaf.measure, "properties.k"):
            passes = fed.where is None or fed.where(feeds.facts_of(event)) is True
            if heard in {event.name, feeds.ANY} and passes:
                for value in fed.take(event):
                    window.add(event.at, value, event.tie)


def test_a_group_with_too_many_values_is_unknown_until_the_dropped_one_would_be_over():
    viewed = c.EventTest(c.Measure("A", span=c.Span(10)))
    plan = grouping.plan(c.Same("properties.k", viewed))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(same.Same, "limit", 2)
        window = same.Same(plan)
        for at, key in ((1, "sa"), (2, "sb"), (3, "sc")):
            window.add(at, ("0", key, None), "")
    assert [window.read(10), window.read(11), window.read(13)] == [None, True, False]
    assert window.next_change(3) == 11


@pytest.mark.parametrize(
    ("kind", "part"),
    [("count", count.Count), ("sum", total.Total), ("min", extreme.Least), ("first", first.First),
     ("last", last.Last), ("distinct", distinct.Distinct)],
)  # fmt: skip
def test_an_event_counts_until_the_very_instant_its_length_is_over(kind, part):
    path = None if kind == "count" else "properties.v"
    window = create(c.Measure("A", None, c.Span(10, 3), kind, path))
    assert isinstance(window, part)
    window.add(100, 5, "")
    assert [window.holds(now) for now in (102, 103, 109, 110)] == [False, True, True, False]
    assert [at for at, _ in window.changes(100)] == [103, 110]


def test_the_first_and_the_last_of_one_instant_are_told_by_their_ties():
    opening, closing = (create(c.Measure("A", None, c.Span(), k, "properties.v"))
                        for k in ("first", "last"))  # fmt: skip
    for tie in ("b", "a", "c"):
        opening.add(5, tie, tie)
        closing.add(5, tie, tie)
    assert (opening.read(5), closing.read(5)) == ("a", "c")


@given(st.sampled_from(KINDS), st.integers(1, 10))
def test_a_life_long_number_keeps_no_list(kind, number):
    assume(kind not in {"distinct", "rate", "decayed", "regularly", "stopped", "resumed"})
    path = None if kind in {"count", "recency"} else "properties.v"
    window = create(c.Measure("A", None, c.Span(), kind, path, 1))
    for at in range(number):
        window.add(at, 1, "")
    assert len(window.instants) <= 1
