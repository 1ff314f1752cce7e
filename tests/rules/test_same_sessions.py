"""What else somebody does keeps their session going, for every value of a key."""

from rules import state_json
from rules.fold import fold
from tests.rules.happened import track
from tests.rules.test_segments import BOUGHT, VIEWED, _built

SESSION = {"within": "PT1H", "in_session": "PT0.00001S"}
LONG_AGO = {"measure": "recency", "operator": "more_than", "value": 0.000012}
STOPPED = {"operator": "stopped", "value": "PT0.000012S"}


def _entered(leaf, beats, *, stored):
    """Return when somebody entered who viewed a thing at 1 and then did something else."""
    definitions = _built(keen={"same": "properties.sku", "all": [{"event": VIEWED, **leaf}]})
    state, moves = None, []
    for event in [track(1, "", VIEWED, sku="a"), *(track(at, "", BOUGHT) for at in beats)]:
        state = fold(state, [event], definitions, event.at)
        moves += state.moves
        if stored:
            state = state_json.load(state_json.dump(state), definitions)
    moves += fold(state, [], definitions, 100).moves
    return [(move.entered, move.effective_at) for move in moves]


def test_what_turns_true_later_does_so_in_a_session_that_goes_on_by_other_events():
    for stored in (False, True):
        assert _entered({**SESSION, **LONG_AGO}, [8, 15], stored=stored) == [
            (True, 14),
            (False, 25),
        ]
        assert _entered({**SESSION, **STOPPED}, [8, 15], stored=stored) == [(True, 13), (False, 25)]


def test_it_never_turns_true_where_the_session_is_over_before():
    for leaf in (LONG_AGO, STOPPED):
        assert _entered({**SESSION, **leaf}, [], stored=False) == []
        assert _entered({**SESSION, **leaf}, [2], stored=False) == []
