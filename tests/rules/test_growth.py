"""What an event costs grows with the segments that hear its name, not with all of them: counted."""

import json

import pytest

from rules import definitions, state_json
from rules import fold as folding
from rules.definitions import Stability, build
from rules.fold import fold
from rules.parser import parse
from rules.scopes import Scope
from tests.rules.oracle import track

HEARD = 5
"""So many segments hear of the event, however many there are."""


def asked(count):
    conditions = {
        f"s{n}": {"event": "Viewed" if n < HEARD else f"Other {n}", "within": f"{n + 1}d"}
        for n in range(count)
    }
    parsed = {name: parse(one, scope=Scope.SEGMENT) for name, one in conditions.items()}
    return build({name: (one, Stability()) for name, one in parsed.items()}, {})


class Counting(tuple):
    """Plans, and how often one is taken."""

    __slots__ = ()
    taken = 0

    def __getitem__(self, at):
        type(self).taken += 1
        return super().__getitem__(at)


def work(count):
    """Return plans judged for a second event, and bytes of the state after it."""
    held = asked(count)
    state = fold(None, [track(1, "", "Viewed")], held, 1)
    stored = json.loads(json.dumps(state_json.dump(state)))
    object.__setattr__(held, "plans", Counting(held.plans))
    Counting.taken = 0
    again = state_json.load(stored, held)
    again = fold(again, [track(2, "", "Viewed")], held, 2, reuse=True)
    return Counting.taken, len(json.dumps(state_json.dump(again))), len(again.memberships)


@pytest.mark.parametrize("count", [10, 100, 1_000])
def test_an_event_asks_only_the_segments_that_hear_it_and_the_state_keeps_no_others(count):
    plans, size, kept = work(count)
    assert (plans, kept) == (HEARD, HEARD)
    assert size == work(HEARD)[1]


def test_a_first_event_asks_no_more_than_a_second(monkeypatch):
    held = asked(1_000)
    object.__setattr__(held, "plans", Counting(held.plans))
    Counting.taken = 0
    fold(None, [track(1, "", "Viewed")], held, 1)
    assert Counting.taken == HEARD


def test_a_state_names_what_it_was_asked_in_a_few_bytes():
    held = asked(1_000)
    state = fold(None, [track(1, "", "Elsewhere")], held, 1)
    assert len(json.dumps(state_json.dump(state))) < 80
    assert "s999" in held.segments
    assert state.memberships[held.segments["s999"]].member is False
    assert definitions.build({}, {}).names != held.names
    assert folding.fold(state, [], held, 5).moves == []
