"""The long search: stepwise, cut up, stored and read back, the fold says what the oracle says."""

import json
from itertools import groupby
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import stability, state_json
from rules.definitions import build
from rules.fold import fold
from tests.rules.oracle import Oracle
from tests.rules.stories import UNTIL, events, happened, segments

DAY = 20
STEPS = 1_000_000
"""Steps of the nightly search; ``python -m pytest -m nightly -s`` prints how many were taken."""
A_PART = 500
STORIES = 12
"""Stories told of the same segments: drawing those takes longer than a story does."""

quiet = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


@pytest.fixture(autouse=True, scope="module")
def _short_days():
    """On a time line of 60 microseconds a day has 20."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stability, "DAY", DAY)
        yield


def walk(story, asked, definitions, choose):
    """Fold a story step by step, compare every step with the oracle, and return how many.

    A step is an event or an instant that passes: after it every membership is compared. Which
    instants pass without a fold, and when the state goes through JSON, is left to chance.
    """
    oracle, keys = Oracle(story, asked, DAY), definitions.segments
    arrivals = {at: list(now) for at, now in groupby(oracle.events, key=lambda event: event.at)}
    state, moves, steps = None, [], 0
    for now in range(oracle.events[0].at, UNTIL + 1):
        oracle.look(now)
        arrived = arrivals.get(now, [])
        if not arrived and now < UNTIL and choose.random() < 0.3:
            continue
        due = state is not None and state.next_change is not None and state.next_change <= now
        state = fold(state, arrived, definitions, now)
        moves += state.moves
        steps += max(1, len(arrived))
        assert arrived or due or not state.moves, (now, "moved before it was due")
        members = {name: state.memberships[key].member for name, key in keys.items()}
        assert members == {name: oracle.member(name, now) for name in asked}, now
        if choose.random() < 0.1:
            stored = json.loads(json.dumps(state_json.dump(state)))
            state = state_json.load(stored, definitions)
    named = {}
    for name, key in keys.items():
        named.setdefault(key, []).append(name)
    told = [(n, m.entered, m.effective_at) for m in moves for n in named[m.segment]]
    assert sorted(told) == sorted((n, e, at) for n, past in oracle.past.items() for at, e in past)
    return steps


@settings(quiet, max_examples=60)
@given(events(), segments(), st.randoms(use_true_random=False))
def test_every_step_is_as_the_oracle_says(story, asked, choose):
    walk(story, asked, build(asked, {}), choose)


@pytest.mark.nightly
def test_a_million_steps_are_as_the_oracle_says(record_property):
    taken = 0

    @settings(quiet, max_examples=A_PART)
    @given(segments(), st.integers(0, 2**32))
    def part(asked, seed):
        nonlocal taken
        choose, definitions = Random(seed), build(asked, {})
        taken += sum(walk(happened(choose), asked, definitions, choose) for _ in range(STORIES))

    while taken < STEPS:
        part()
    record_property("steps", taken)
    print(f"{taken:,} steps, no difference")  # noqa: T201 the figure is what it is run for
