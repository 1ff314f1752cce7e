"""A back-test says what the fold says, whatever the settings, and counts as one reads it."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import flapping
from rules.conditions import EventTest, Measure, Span
from rules.definitions import build
from rules.durations import DAY, HOUR, MINUTE
from rules.flapping import Period, Trial, Turn, replay
from rules.fold import fold
from rules.stability import Stability
from tests.rules.oracle import track

KEEN = EventTest(Measure("Viewed", span=Span(90 * MINUTE)), "at_least", 2)
UNTIL = 4 * DAY

instants = st.lists(st.integers(1, 3 * DAY // MINUTE).map(lambda at: at * MINUTE), max_size=30)
lengths = st.sampled_from([0, 1, 30 * MINUTE, 90 * MINUTE, HOUR * 5, DAY])
stabilities = st.builds(
    Stability, lengths, lengths, lengths, st.sampled_from([None, 1, 2, 5])
)  # fmt: skip


def moves_of(condition, stability, at):
    asked = build({"s": (condition, stability)}, {})
    events = [track(one, f"{n:03}", "Viewed") for n, one in enumerate(sorted(at))]
    return [(m.effective_at, m.entered) for m in fold(None, events, asked, UNTIL).moves]


def truths_of(at):
    return [Turn(*move) for move in moves_of(KEEN, Stability(), at)]


def replays_as_the_fold(at, stability):
    found = replay(truths_of(at), stability, UNTIL)
    assert [(move.at, move.entered) for move in found] == moves_of(KEEN, stability, at)


@given(instants, stabilities)
@settings(max_examples=60)
def test_a_replay_makes_the_moves_that_the_fold_makes(at, stability):
    replays_as_the_fold(at, stability)


@pytest.mark.nightly
@given(instants, stabilities)
@settings(max_examples=20_000)
def test_a_replay_makes_the_moves_that_the_fold_makes_by_night(at, stability):
    replays_as_the_fold(at, stability)


def naive(truths, stability, period, more_than):
    """Count by reading the moves one by one."""
    moves = replay(truths, stability, period.until)
    shown = [move for move in moves if period.since < move.at <= period.until]
    busiest = max(
        (sum(m.at <= n.at < m.at + DAY for n in shown) for m in shown),
        default=0,
    )
    return {
        "moves": len(shown),
        "in": sum(1 if move.entered else -1 for move in moves),
        "flappers": int(busiest > more_than),
        "late": [[m.at - m.since for m in shown if m.entered is way] for way in (True, False)],
    }


turns = st.lists(st.integers(0, 400), unique=True, max_size=40).map(
    lambda hours: [Turn(at * HOUR, n % 2 == 0) for n, at in enumerate(sorted(hours))]
)


@given(st.lists(turns, max_size=5), stabilities, st.integers(0, 15), st.integers(0, 4))
@settings(max_examples=60)
def test_a_report_counts_what_the_moves_say(people, stability, days, more_than):
    period = Period((16 - days) * DAY, 17 * DAY)
    trial, free = Trial(stability, period, more_than), Trial(Stability(), period, more_than)
    for truths in people:
        trial.take(truths)
        free.take(truths)
    read = [naive(truths, stability, period, more_than) for truths in people]
    without = sum(naive(t, Stability(), period, more_than)["moves"] for t in people)
    said = trial.report(free)
    for name in ("moves", "in", "flappers"):
        assert said[name] == sum(one[name] for one in read)
    assert said["moves_per_day"] == round(said["moves"] / (days + 1), 6)
    removed = round(1 - said["moves"] / without, 6) if without else None
    assert said["removed"] == removed
    for place, name in enumerate(("entry_delay", "exit_delay")):
        delays = [delay for one in read for delay in one["late"][place]]
        if not delays:
            assert said[name] is None
        else:
            assert said[name] == pytest.approx(median(delays) / 1e6, abs=1e-6)


@given(turns, stabilities)
def test_stability_never_makes_moves(truths, stability):
    moves = replay(truths, stability, 20 * DAY)
    assert len(moves) <= len(truths)
    assert [move.entered for move in moves] == [n % 2 == 0 for n in range(len(moves))]
    assert all(move.delay >= 0 for move in moves)


def test_without_stability_nothing_is_late_and_nothing_removed():
    free = Trial(Stability(), Period(0, DAY), 1)
    free.take([Turn(HOUR, True), Turn(2 * HOUR, False)])
    said = free.report(free)
    assert (said["removed"], said["entry_delay"], said["exit_delay"]) == (0, 0, 0)


def test_a_window_of_a_day_is_half_open():
    assert flapping.crowded([0, DAY - 1], 1)
    assert not flapping.crowded([0, DAY], 1)
    assert not flapping.crowded([], 0)
    assert flapping.crowded([5], 0)
