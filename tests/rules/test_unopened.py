"""What is stored is opened when it is asked for, and goes back untouched when it is not."""

import json

from rules import state_json
from rules.fold import fold
from rules.unopened import Unopened
from tests.rules.happened import track
from tests.rules.test_segments import BOUGHT, VIEWED, _built


def _held(opened):
    def open_(key, stored):
        opened.append(key)
        return [stored]

    return Unopened({"a": 1, "b": 2, "c": 3}, open_)


def test_only_what_is_asked_for_is_opened_and_only_once():
    opened = []
    held = _held(opened)
    assert (held.get("a"), held["a"], held.get("z", 0), "b" in held, len(held)) == (
        [1], [1], 0, True, 3,
    )  # fmt: skip
    assert opened == ["a"]
    assert held.dumped(lambda _, kept: kept[0] * 10) == {"a": 10, "b": 2, "c": 3}


def test_a_copy_changes_apart_opened_or_not():
    held = _held([])
    held["a"].append("seen")
    twin = held.apart(list.copy)
    twin["a"].append("more")
    twin["b"].append("more")
    assert (held["a"], held["b"]) == ([1, "seen"], [2])


def test_narrowing_drops_both_the_opened_and_the_stored():
    held = _held([])
    assert held["a"] == [1]
    held.narrow({"c": None})
    assert dict(held.items()) == {"c": [3]}


def test_an_event_opens_only_the_windows_it_touches():
    definitions = _built(keen={"event": VIEWED}, buyer={"event": BOUGHT})
    story = [track(1, "", VIEWED), track(2, "", BOUGHT)]
    stored = state_json.dump(fold(None, story, definitions, 2))
    before = json.dumps(stored)
    state = state_json.load(stored, definitions)
    state = fold(state, [track(3, "", VIEWED)], definitions, 3, reuse=True)
    assert len(state.windows.stored) == len(state.memberships.stored) == 1
    assert json.dumps(stored) == before
    again = state_json.load(state_json.dump(state), definitions)
    assert json.dumps(state_json.dump(again), sort_keys=True) == json.dumps(
        state_json.dump(state), sort_keys=True
    )


def test_an_event_opens_only_the_value_of_a_key_that_it_names():
    definitions = _built(keen={"same": "properties.sku", "all": [{"event": VIEWED}]})
    story = [track(at, "", VIEWED, sku=sku) for at, sku in enumerate("abcdef", 1)]
    raw = json.dumps(state_json.dump(fold(None, story, definitions, 6)))
    state = state_json.load(json.loads(raw), definitions)
    state = fold(state, [track(7, "", VIEWED, sku="c")], definitions, 7, reuse=True)
    ((_, window),) = state.windows.opened()
    assert [text for text, group in window.groups.items() if group.stored is None] == ["sc"]
    again = state_json.load(json.loads(json.dumps(state_json.dump(state))), definitions)
    whole = fold(None, [*story, track(7, "", VIEWED, sku="c")], definitions, 7)
    assert state_json.dump(again) == state_json.dump(whole)


def test_a_state_of_before_whose_values_are_no_texts_is_read_and_stored_as_texts():
    definitions = _built(keen={"same": "properties.sku", "all": [{"event": VIEWED}]})
    told = state_json.dump(fold(None, [track(1, "", VIEWED, sku="a")], definitions, 1))
    ((key, (lost, asked, row)),) = told["w"].items()
    before = {**told, "w": {key: [lost, asked, [*row[:-1], json.loads(row[-1])]]}}
    state = state_json.load(before, definitions)
    assert state.windows[key].read(1) is True
    assert state_json.dump(state) == told
