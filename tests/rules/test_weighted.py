"""A weighted score is what its parts say at every instant, and turns when one of them does."""

from __future__ import annotations

import json
from bisect import bisect_right
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import canonical, state_json
from rules.conditions import EventTest, Test
from rules.definitions import build
from rules.durations import HOUR
from rules.errors import InvalidError
from rules.fold import feature, fold
from rules.parser import parse_measure
from rules.stability import Stability
from rules.windows.registry import create
from tests.rules.oracle import track

RECENCY = {
    "of": {"event": "Bought", "measure": "recency"},
    "bands": {"from": [7_200, 36_000], "points": [5, 3, 1]},
    "unknown": 0,
}
FREQUENCY = {"of": {"event": "Bought", "within": "30h"}, "weight": 2, "bands": {"from": [1, 3]}}
MONEY = {
    "of": {"event": "Bought", "within": "20h", "measure": {"sum": "properties.total"}},
    "weight": 0.1,
    "clamp": [0, 50],
}
SCORE = {"weighted": [RECENCY, FREQUENCY, MONEY], "base": 0.5, "clamp": [None, 15]}
TICKS = 90


def naive(events, hour):
    """Return the score by its definition, exactly, rounded as money is."""
    done = [(at, total) for at, total in events if at <= hour]
    past = [(hour - at) * 3_600 for at, _ in done]
    recency = [5, 3, 1][bisect_right([7_200, 36_000], min(past))] if past else 0
    frequency = [1, 2, 3][bisect_right([1, 3], sum(hour - 30 < at for at, _ in done))]
    money = sum(Fraction(str(total)) for at, total in done if hour - 20 < at)
    whole = Fraction(1, 2) + recency + 2 * frequency + min(max(money, 0), 50) / 10
    return min(whole, 15)


shopping = st.lists(
    st.tuples(st.integers(1, 60), st.sampled_from([1, 2.5, 0.333333, 40, -3])),
    min_size=1,
    max_size=9,
).map(lambda told: sorted(told, key=lambda one: one[0]))


def folded(events, until, asked, state=None):
    told = [track(at * HOUR, f"{n:03}", "Bought", total=total) for n, (at, total) in events]
    return fold(state, told, asked, until)


def a_score_is_its_parts(events, border):
    measure = parse_measure(SCORE)
    test = Test("features.rfm", "at_least", border)
    asked = build({"high": (test, Stability())}, {"rfm": measure})
    numbered = list(enumerate(events))
    whole = folded(numbered, TICKS * HOUR, asked)
    inside, expected = False, []
    for hour in range(events[0][0], TICKS + 1):
        known = folded([one for one in numbered if one[1][0] <= hour], hour * HOUR, asked)
        held = state_json.load(json.loads(json.dumps(state_json.dump(known))), asked)
        value = naive(events, hour)
        assert feature(held, asked, "rfm", hour * HOUR) == pytest.approx(float(value), abs=1e-6)
        if (value >= Fraction(str(border))) is not inside:
            inside = not inside
            expected.append((hour * HOUR, inside))
    assert [(move.effective_at, move.entered) for move in whole.moves] == expected


@given(shopping, st.sampled_from([3, 6, 8.5, 11, 15]))
@settings(max_examples=20, deadline=None)
def test_a_score_is_its_parts_and_moves_people_at_the_very_instant(events, border):
    a_score_is_its_parts(events, border)


@pytest.mark.nightly
@given(shopping, st.sampled_from([3, 6, 8.5, 11, 15]))
@settings(max_examples=2_000, deadline=None)
def test_a_score_is_its_parts_by_night(events, border):
    a_score_is_its_parts(events, border)


@given(shopping, st.integers(0, TICKS))
@settings(max_examples=40, deadline=None)
def test_its_changes_are_where_its_readings_differ(events, now):
    window = create(parse_measure(SCORE))
    asked = build({}, {"rfm": parse_measure(SCORE)})
    state = folded(list(enumerate(events)), TICKS * HOUR, asked)
    window = state.windows[asked.features["rfm"]]
    start = max(now, events[-1][0]) * HOUR
    told = dict(window.changes(start))
    seen = {hour * HOUR: window.read(hour * HOUR) for hour in range(start // HOUR, 2 * TICKS)}
    for hour in range(start // HOUR + 1, 2 * TICKS):
        if seen[hour * HOUR] != seen[(hour - 1) * HOUR]:
            assert told[hour * HOUR] == seen[hour * HOUR]
    assert all(window.read(at) == value != window.read(at - 1) for at, value in told.items())
    assert window.next_change(start) == next(iter(told), None)


def test_a_score_of_nobody_is_what_nothing_is_worth():
    asked = build({}, {"rfm": parse_measure(SCORE)})
    state = fold(None, [track(1, "a", "Viewed")], asked, HOUR)
    assert feature(state, asked, "rfm", HOUR) == 2.5


def test_a_part_that_is_unknown_leaves_the_score_unknown_unless_it_says_what_it_is_worth():
    asked = build({}, {"s": parse_measure({"weighted": [{**RECENCY, "unknown": 4}]})})
    bare = {key: value for key, value in RECENCY.items() if key != "unknown"}
    strict = build({}, {"s": parse_measure({"weighted": [bare]})})
    told = [track(1, "a", "Viewed")]
    assert feature(fold(None, told, asked, HOUR), asked, "s", HOUR) == 4
    assert feature(fold(None, told, strict, HOUR), strict, "s", HOUR) is None


def test_what_moved_somebody_is_told_part_by_part():
    asked = build(
        {"high": (Test("features.rfm", "at_least", 9), Stability())}, {"rfm": parse_measure(SCORE)}
    )
    moves = fold(None, [track(HOUR, "a", "Bought", total=20)], asked, 2 * HOUR).moves
    assert list(moves[0].values.values()) == ["11.5 of 5, 4, 2"]


def test_a_decayed_measure_is_banded_to_the_instant_it_passes():
    faded = {"event": "Viewed", "measure": {"decayed": {"half_life": "1h"}}}
    score = {"weighted": [{"of": faded, "bands": {"from": [0.5], "points": [0, 1]}}]}
    asked = build(
        {"warm": (Test("features.s", "equals", 1), Stability())}, {"s": parse_measure(score)}
    )
    moves = fold(None, [track(HOUR, "a", "Viewed")], asked, 9 * HOUR).moves
    assert [move.entered for move in moves] == [True, False]
    assert abs(moves[1].effective_at - 2 * HOUR) < 10_000_000


def test_a_filter_of_a_part_and_distinct_values_are_taken():
    seen = {"event": "Viewed", "measure": {"distinct": "properties.sku"}}
    outdoor = {"attribute": "properties.category", "operator": "equals", "value": "outdoor"}
    score = {
        "weighted": [{"of": seen, "weight": 10}, {"of": {"event": "Viewed", "where": outdoor}}]
    }
    tree = {"properties.category": {"outdoor": ("tents",)}}
    asked = build({}, {"s": parse_measure(score)}, hierarchies=tree)
    told = [
        track(1, "a", "Viewed", sku="x", category="tents"),
        track(2, "b", "Viewed", sku="y", category="lamps"),
        track(3, "c", "Viewed", sku="x"),
    ]
    assert feature(fold(None, told, asked, 4), asked, "s", 4) == 21


def test_it_is_read_back_as_it_was_written():
    measure = parse_measure(SCORE)
    assert parse_measure(canonical.document(measure)) == measure
    assert EventTest(measure) == EventTest(parse_measure(SCORE))


@pytest.mark.parametrize(
    ("document", "at", "code"),
    [
        ({"weighted": []}, "/weighted", "length"),
        ({"weighted": [{}]}, "/weighted/0", "missing"),
        ({"weighted": [{"of": {"event": "A"}, "wait": 1}]}, "/weighted/0/wait", "unknown_key"),
        (
            {"weighted": [{"of": {"event": "A", "within": "x"}}]},
            "/weighted/0/of/within",
            "duration",
        ),
        ({"weighted": [{"of": SCORE}]}, "/weighted/0/of", "measure"),
        (
            {"weighted": [{"of": {"event": "A", "measure": {"last": "properties.x"}}}]},
            "/weighted/0/of",
            "measure",
        ),
        ({"weighted": [{"of": {"event": "A", "measure": "recency"}}]}, "/weighted/0", "missing"),
        (
            {"weighted": [{"of": {"event": "A"}, "bands": {"from": [3, 1]}}]},
            "/weighted/0/bands/from",
            "order",
        ),
        (
            {"weighted": [{"of": {"event": "A"}, "bands": {"from": [1], "points": [1]}}]},
            "/weighted/0/bands/points",
            "length",
        ),
        ({"weighted": [{"of": {"event": "A"}, "clamp": [2, 1]}]}, "/weighted/0/clamp", "order"),
        (
            {"weighted": [{"of": {"event": "A"}, "weight": 1e7}]},
            "/weighted/0/weight",
            "out_of_range",
        ),
        ({"weighted": [{"of": {"event": "A"}}], "clamp": [1]}, "/clamp", "length"),
    ],
)
def test_what_is_no_score_is_refused_with_its_place(document, at, code):
    with pytest.raises(InvalidError) as refused:
        parse_measure(document)
    assert (refused.value.at, refused.value.code) == (at, code)
