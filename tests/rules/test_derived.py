"""What was concluded takes part in the fold: it moves people, and a refold says the same."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import parser, state_json
from rules.definitions import build
from rules.errors import InvalidError
from rules.facts import Facts
from rules.fold import fold
from rules.inference import pure
from rules.inference.document import conditions, parse, resolved
from rules.parser import parse_measure
from rules.readings import facts_at
from rules.scopes import Scope
from rules.stability import Stability
from rules.state import DERIVED, Event
from rules.views import Members, Traits

HOUR = 3_600_000_000
RULES = {
    "rules": [
        {"id": "keen", "priority": 1, "conclude": {"derived.stage": "keen"},
         "when": {"event": "Viewed", "within": "2h", "operator": "at_least", "value": 2}},
        {"id": "many", "conclude": {"derived.many": True},
         "when": {"attribute": "features.views", "operator": "at_least", "value": 3}},
        {"id": "calm", "conclude": {"derived.stage": "calm"}, "when": {"everyone": True}},
        {"id": "held", "conclude": {"derived.held": 1},
         "when": {"has_been": {"event": "Viewed", "within": "3h"}, "for": "1h"}},
    ]
}  # fmt: skip
FEATURES = {"views": parse_measure({"event": "Viewed", "within": "5h"})}
KEEN = {"attribute": "derived.stage", "operator": "equals", "value": "keen"}


def segment(document):
    return parser.parse(document, scope=Scope.SEGMENT), Stability()


def definitions(rules, **segments):
    declared = {name: segment(document) for name, document in segments.items()}
    return build(declared, FEATURES, conditions(parse(rules)))


def told(at, **values):
    return Event(at, "", DERIVED, "", {}, {}, {f"derived.{name}": v for name, v in values.items()})


def test_a_segment_moves_with_what_was_concluded():
    asked = definitions(RULES, keen=KEEN)
    events = [told(10, stage="keen"), told(20, stage="keen"), told(30, stage="calm"), told(40)]
    state = fold(None, events, asked, 50)
    assert [(move.entered, move.effective_at) for move in state.moves] == [(True, 10), (False, 30)]
    assert state.derived == {}


def test_what_was_concluded_is_stored_and_read_back():
    asked = definitions(RULES, keen=KEEN)
    state = fold(None, [told(10, stage="keen", held=1)], asked, 20)
    again = state_json.load(state_json.dump(state), asked)
    assert facts_at(again, asked, 20, {}).get("derived.stage") == "keen"
    assert dict(Traits(again.traits, {}, again.derived)) == again.derived
    assert fold(again, [told(30)], asked, 40).moves[0].entered is False
    assert again.derived == {"derived.stage": "keen", "derived.held": 1}


def test_a_circle_between_segments_and_rules_is_refused():
    rules = {"rules": [{"id": "a", "conclude": {"derived.stage": "keen"},
                        "when": {"not": {"segment": "outer"}}}]}  # fmt: skip
    with pytest.raises(InvalidError) as refusal:
        definitions(rules, outer={"segment": "keen"}, keen=KEEN)
    assert (refusal.value.at, refusal.value.code) == ("/rules/0/when", "circle")
    definitions(rules, outer={"everyone": True}, keen=KEEN)


@pytest.mark.parametrize(
    "when",
    [{"segment": "nobody"}, {"attribute": "features.none", "operator": "is_known"}],
)
def test_a_rule_about_what_does_not_exist_is_refused_where_it_stands(when):
    rules = {"rules": [{"id": "a", "conclude": {"derived.x": 1}, "when": when}]}
    with pytest.raises(InvalidError) as refusal:
        definitions(rules)
    assert (refusal.value.at, refusal.value.code) == ("/rules/0/when", "unknown")


def compiled(rules, asked):
    program = parse(rules)
    infer = pure.compile(resolved(program, asked.watched.conditions), asked.watched.keys)

    def of(state, now):
        known = Traits(state.traits, asked.types, state.derived)
        return infer(Facts(known, Members(state.memberships), state.windows, now)).values

    return of


def test_a_rule_changes_its_mind_when_time_passes_and_an_alarm_tells():
    asked = definitions(RULES)
    infer = compiled(RULES, asked)
    views = [Event(at * HOUR, "", "track", "Viewed", {}, {}, {}) for at in (1, 2)]
    state = fold(None, views, asked, 2 * HOUR)
    seen = [(2, dict(infer(state, 2 * HOUR)))]
    while state.next_change is not None:
        state = fold(state, [], asked, state.next_change)
        seen.append((state.through / HOUR, dict(infer(state, state.through))))
    assert seen == [
        (2, {"derived.stage": "keen", "derived.held": 1}),
        (3, {"derived.stage": "calm", "derived.held": 1}),
        (5, {"derived.stage": "calm"}),
    ]


@settings(max_examples=100)
@given(st.integers())
def test_folded_step_by_step_with_its_conclusions_equals_folded_at_once(seed):
    random = Random(seed)
    asked = definitions(RULES, keen=KEEN)
    infer = compiled(RULES, asked)
    state, story, moves, now = None, [], [], 0
    for _ in range(12):
        now += random.choice([HOUR // 2, HOUR, 3 * HOUR])
        viewed = Event(now, "", "track", "Viewed", {}, {}, {})
        fresh = [viewed] if random.random() < 0.6 or not story else []
        state = fold(state, fresh, asked, now)
        story += fresh
        moves += state.moves
        values = dict(infer(state, now))
        if values != state.derived:
            conclusion = Event(state.through + 1, "", DERIVED, "", {}, {}, values)
            state = fold(state, [conclusion], asked, now)
            story.append(conclusion)
            moves += state.moves
        state = state_json.load(state_json.dump(state), asked)
        assert dict(infer(state, now)) == state.derived
    again = fold(None, story, asked, now)
    assert state_json.dump(again) == state_json.dump(state)
    assert [move[:3] for move in again.moves] == [move[:3] for move in moves]
