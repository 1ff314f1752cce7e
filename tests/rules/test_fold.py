"""The fold answers as a naive recomputation does, however the events are cut up."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import stability, state_json
from rules.definitions import build, union
from rules.fold import fold
from tests.rules.oracle import Oracle
from tests.rules.stories import UNTIL, events, segments

DAY = 20


@pytest.fixture(autouse=True, scope="module")
def _short_days():
    """On a time line of 60 microseconds a day has 20."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stability, "DAY", DAY)
        yield


def _told(state, definitions):
    names = {}
    for name, key in definitions.segments.items():
        names.setdefault(key, []).append(name)
    moves = [(n, m.entered, m.effective_at) for m in state.moves for n in names[m.segment]]
    return sorted(moves, key=lambda move: (move[2], move[0]))


def _stored(state):
    return json.dumps(state_json.dump(state), sort_keys=True)


def _through_json(state, definitions):
    return state_json.load(json.loads(json.dumps(state_json.dump(state))), definitions)


@settings(max_examples=80, deadline=None)
@given(events(), segments())
def test_the_fold_moves_as_the_naive_recomputation_does(story, asked):
    definitions = build(asked, {})
    state = fold(None, story, definitions, UNTIL)
    moves, members = Oracle(story, asked, DAY).story(UNTIL)
    assert _told(state, definitions) == moves
    keys = definitions.segments
    assert {name: state.memberships[keys[name]].member for name in asked} == members


@settings(max_examples=60, deadline=None)
@given(events(), segments(), st.data())
def test_any_cut_in_time_gives_the_same_state_and_moves(story, asked, data):
    definitions = build(asked, {})
    whole = fold(None, story, definitions, UNTIL)
    instants = sorted({event.at for event in story})
    state, moves, rest = None, [], list(story)
    for after, following in zip(instants, [*instants[1:], UNTIL + 1], strict=True):
        if not data.draw(st.booleans()) and following <= UNTIL:
            continue
        part = [event for event in rest if event.at <= after]
        rest = rest[len(part) :]
        state = fold(state, part, definitions, data.draw(st.integers(after, following - 1)))
        moves += state.moves
        if data.draw(st.booleans()):
            state = _through_json(state, definitions)
    state = fold(state, rest, definitions, UNTIL)
    moves += state.moves
    assert moves == whole.moves
    assert _stored(state) == _stored(whole)


@settings(max_examples=60, deadline=None)
@given(events(), segments(), st.integers(1, 40))
def test_the_checkpoint_is_left_as_it_was(story, asked, cut):
    definitions = build(asked, {})
    early = [event for event in story if event.at <= cut]
    checkpoint = fold(None, early, definitions, cut)
    before = _stored(checkpoint)
    later = [event for event in story if event.at > cut]
    once = _stored(fold(checkpoint, later, definitions, UNTIL))
    assert _stored(checkpoint) == before
    assert _stored(fold(checkpoint, later, definitions, UNTIL)) == once
    assert _stored(fold(checkpoint, later, definitions, UNTIL, reuse=True)) == once


@settings(max_examples=60, deadline=None)
@given(st.permutations(range(12)), segments(), st.data())
def test_late_events_refolded_from_a_checkpoint_give_the_state_of_the_right_order(
    order, asked, data
):
    definitions = build(asked, {})
    story = data.draw(events(most=12))
    arrivals = [story[index] for index in order if index < len(story)]
    state, seen = None, []
    for event in arrivals:
        seen = sorted([*seen, event], key=lambda one: one[:2])
        checkpoint_at = event.at - 1
        checkpoint = None
        if any(one.at <= checkpoint_at for one in seen):
            early = [one for one in seen if one.at <= checkpoint_at]
            checkpoint = fold(None, early, definitions, checkpoint_at)
        rest = [one for one in seen if one.at > checkpoint_at]
        state = fold(checkpoint, rest, definitions, UNTIL, cause="late")
    assert _stored(state) == _stored(fold(None, story, definitions, UNTIL))


@settings(max_examples=60, deadline=None)
@given(events(), segments(), segments())
def test_preparing_beside_the_live_definitions_changes_nothing_for_either(story, live, new):
    old, fresh = build(live, {}), build(new, {})
    both = fold(None, story, union(old, fresh), UNTIL)
    alone_old, alone_new = fold(None, story, old, UNTIL), fold(None, story, fresh, UNTIL)
    for definitions, alone in ((old, alone_old), (fresh, alone_new)):
        for key in definitions.segments.values():
            assert both.memberships[key] == alone.memberships[key]
        shown = _through_json(both, definitions)
        assert shown.memberships == _through_json(alone, definitions).memberships
        assert not state_json.missing(state_json.dump(both), definitions)


@settings(max_examples=60, deadline=None)
@given(events(), segments())
def test_next_change_is_never_later_than_the_next_move(story, asked):
    definitions = build(asked, {})
    last = story[-1].at
    state = fold(None, story, definitions, last)
    due = state.next_change
    quiet = fold(state, [], definitions, UNTIL if due is None else min(UNTIL, due - 1))
    assert quiet.moves == []
    assert fold(state, [], definitions, UNTIL).moves == [] or due is not None
