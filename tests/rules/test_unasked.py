"""A state that was folded with other definitions: time goes on, and nothing is made up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import rankings, readings, state_json
from rules.definitions import build, union
from rules.durations import HOUR
from rules.fold import fold
from rules.parser import parse
from rules.scopes import Scope
from rules.stability import Stability
from tests.rules.oracle import track

LEFT = {
    "all": [{"event": "A", "within": "48h"}, {"not": {"event": "A", "within": "30m"}}],
}
"""True from half an hour after the last A on: at first nobody is in, and an instant is noted."""
OTHER = {"event": "B", "within": "9h"}
LONG = 200 * HOUR


def asked(**conditions):
    said = {
        name: (parse(one, scope=Scope.SEGMENT), Stability()) for name, one in conditions.items()
    }
    return build(said, {})


def after(definitions, *happened):
    events = [track(at, str(at), name) for at, name in sorted(happened)]
    return state_json.dump(fold(None, events, definitions, until=events[-1].at + 1))


def moves(state):
    return [(move.segment, move.entered, move.effective_at) for move in state.moves]


def test_time_goes_on_for_a_state_that_was_not_asked_all():
    told = after(asked(left=LEFT), (HOUR, "A"))
    assert told["d"]
    later = asked(left=LEFT, other=OTHER)
    state = fold(state_json.load(told, later), (), later, LONG)
    assert (state.through, state.next_change, moves(state)) == (HOUR, None, [])
    assert readings.segments_of(state, later) == {}


def test_what_was_asked_of_both_still_happens_while_one_is_prepared():
    live, later = asked(left=LEFT), asked(left=LEFT, other=OTHER)
    both = union(live, later)
    state = fold(state_json.load(after(live, (HOUR, "A")), both), (), both, LONG)
    assert [(entered, at) for _, entered, at in moves(state)] == [
        (True, HOUR + HOUR // 2),
        (False, 49 * HOUR),
    ]


@pytest.mark.parametrize("changed", [0, 1])
def test_time_goes_on_for_a_set_of_which_a_member_is_another(changed):
    members = [
        {"name": "buyer", "when": {"event": "A", "within": "40h"}},
        {"name": "keen", "when": {"event": "B", "within": "9h"}},
    ]

    def defined(*members):
        ranking = rankings.parse({"members": [*members], "default": "visitor"})
        return build({}, {}, rankings={"mood": (ranking, Stability())})

    told = after(defined(*members), (HOUR, "A"), (2 * HOUR, "B"))
    others = [dict(one) for one in members]
    others[changed]["when"] = {"event": "C"}
    later = defined(*others)
    state = fold(state_json.load(told, later), (), later, LONG)
    assert (state.next_change, moves(state)) == (None, [])


HAPPENED = st.lists(
    st.tuples(st.integers(1, 60).map(lambda n: n * HOUR // 4), st.sampled_from("ABC"))
)
CONDITIONS = {
    "left": LEFT,
    "often": {"event": "A", "within": "5h", "operator": "at_least", "value": 2},
    "other": OTHER,
    "not_c": {"not": {"event": "C", "within": "3h"}},
    "in_left": {"any": [{"segment": "left"}, OTHER]},
}


@given(
    HAPPENED.filter(bool),
    HAPPENED,
    st.sets(st.sampled_from(sorted(CONDITIONS))),
    st.sets(st.sampled_from(sorted(CONDITIONS))),
)
def test_what_is_known_under_other_definitions_is_known_rightly(happened, more, first, second):
    first, second = ({*one, "left"} if "in_left" in one else one for one in (first, second))
    before = asked(**{name: CONDITIONS[name] for name in first})
    then = asked(**{name: CONDITIONS[name] for name in second})
    end = max(at for at, _ in happened) + 1
    later = [track(end + at, f"x{at}{n}", name) for n, (at, name) in enumerate(sorted(more))]
    state = fold(state_json.load(after(before, *happened), then), later, then, LONG)
    events = [track(at, str(at), name) for at, name in sorted(happened)]
    whole = fold(None, [*events, *later], then, LONG)
    right = readings.segments_of(whole, then)
    for name, member in readings.segments_of(state, then).items():
        assert member in {None, right[name]}, name
