"""Segments in the fold: scenarios of the field, boundaries, names, and what a move tells."""

import json

import pytest

from rules import state_json
from rules.conditions import EventTest, Measure, Span
from rules.definitions import Stability, build, union
from rules.durations import DAY, HOUR
from rules.errors import InvalidError
from rules.fold import facts_at, fold, late
from rules.parser import parse
from rules.scopes import Scope
from rules.state import Event
from tests.rules.happened import identify, track

VIEWED, ADDED, BOUGHT = "Product Viewed", "Product Added", "Order Completed"
ABANDONER = {
    "same": "properties.product_id",
    "within": "24h",
    "all": [
        {"event": VIEWED, "operator": "at_least", "value": 3},
        {"event": ADDED},
        {"not": {"event": BOUGHT}},
    ],
}


def _built(**documents):
    parsed = {name: parse(document, scope=Scope.SEGMENT) for name, document in documents.items()}
    return build({name: (condition, Stability()) for name, condition in parsed.items()}, {})


def _moves(definitions, events, until):
    names = {key: name for name, key in definitions.segments.items()}
    moves = fold(None, events, definitions, until).moves
    return [(names[move.segment], move.entered, move.effective_at, move.cause) for move in moves]


def _cart(*names, product="boot"):
    return [track(at * HOUR, f"{at}", name, product_id=product) for at, name in enumerate(names, 1)]


def test_a_cart_abandoner_enters_on_adding_and_leaves_on_buying():
    definitions = _built(abandoner=ABANDONER)
    story = _cart(VIEWED, VIEWED, VIEWED, ADDED, BOUGHT)
    assert _moves(definitions, story, 5 * HOUR) == [
        ("abandoner", True, 4 * HOUR, "event"),
        ("abandoner", False, 5 * HOUR, "event"),
    ]


def test_a_cart_abandoner_leaves_by_timer_when_the_first_view_is_a_day_old():
    definitions = _built(abandoner=ABANDONER)
    state = fold(None, _cart(VIEWED, VIEWED, VIEWED, ADDED), definitions, 4 * HOUR)
    assert state.next_change == HOUR + DAY
    assert fold(state, [], definitions, HOUR + DAY - 1).moves == []
    (move,) = fold(state, [], definitions, HOUR + DAY).moves
    assert (move.entered, move.effective_at, move.cause) == (False, HOUR + DAY, "timer")


def test_buying_something_else_does_not_end_the_abandoning():
    definitions = _built(abandoner=ABANDONER)
    story = _cart(VIEWED, VIEWED, VIEWED, ADDED)
    other = track(5 * HOUR, "x", BOUGHT, product_id="tent")
    assert len(_moves(definitions, [*story, other], 6 * HOUR)) == 1


def test_an_event_at_the_instant_of_an_expiry_meets_the_window_without_the_old_one():
    twice = _built(keen={"event": VIEWED, "within": "24h", "operator": "at_least", "value": 2})
    events = [track(at, "", VIEWED) for at in (HOUR, 2 * HOUR, HOUR + DAY)]
    assert _moves(twice, events, HOUR + DAY) == [("keen", True, 2 * HOUR, "event")]
    gone = [*events[:2], track(HOUR + DAY, "", "Other")]
    assert _moves(twice, gone, HOUR + DAY)[-1] == ("keen", False, HOUR + DAY, "event")


def test_segments_of_segments_move_at_the_same_instant():
    definitions = _built(
        vip={"all": [{"segment": "buyer"}, {"not": {"segment": "keen"}}]},
        buyer={"event": BOUGHT, "within": "2h"},
        keen={"event": VIEWED},
    )
    story = [track(HOUR, "", BOUGHT)]
    assert _moves(definitions, story, 4 * HOUR) == [
        ("buyer", True, HOUR, "event"),
        ("vip", True, HOUR, "event"),
        ("buyer", False, 3 * HOUR, "timer"),
        ("vip", False, 3 * HOUR, "timer"),
    ]


def test_a_dated_trait_moves_people_when_its_time_comes():
    new = {"attribute": "traits.signed_up", "operator": "within_last", "value": "24h"}
    story = [identify(HOUR, "", signed_up="1970-01-01T00:00:00Z")]
    assert _moves(_built(new=new), story, 2 * DAY) == [
        ("new", True, HOUR, "event"),
        ("new", False, DAY, "timer"),
    ]


def test_traits_nest_are_replaced_and_removed():
    definitions = _built(graz={"attribute": "traits.home.city", "operator": "is_known"})
    story = [
        identify(1, "", home={"city": "Graz", "zip": "8010"}),
        identify(2, "", home={"zip": "8020"}),
        identify(3, "", home=None),
    ]
    state = fold(None, story[:2], definitions, 2)
    assert {path: trait.value for path, trait in state.traits.items()} == {
        "home.city": "Graz",
        "home.zip": "8020",
    }
    assert [move[1:3] for move in _moves(definitions, story, 3)] == [(True, 1), (False, 3)]
    assert fold(state, story[2:], definitions, 3).traits == {}


def test_a_group_call_sets_no_traits():
    event = Event(1, "", "group", "", {}, {}, {"groupId": "g", "plan": "pro"})
    assert fold(None, [event], _built(), 1).traits == {}


def test_pages_and_screens_have_names_of_their_own_in_conditions():
    home = {"attribute": "properties.name", "operator": "equals", "value": "Home"}
    definitions = _built(home={"event": "Page Viewed", "where": home})
    page = Event(1, "", "page", "Home", {"name": "Home"}, {}, {})
    assert len(fold(None, [page], definitions, 1).moves) == 1
    assert definitions.hears("page", "Home")
    assert not definitions.hears("track", "Home")


def test_a_move_tells_what_its_condition_saw():
    definitions = _built(
        rich={
            "event": BOUGHT,
            "within": "24h",
            "measure": {"sum": "properties.revenue"},
            "operator": "at_least",
            "value": 100,
        },
        again=ABANDONER,
    )
    bought = [track(1, "", BOUGHT, revenue=99.5), track(2, "", BOUGHT, revenue=1)]
    (move,) = fold(None, bought, definitions, 2).moves
    assert list(move.values.values()) == [100.5]
    (move,) = fold(None, _cart(VIEWED, VIEWED, VIEWED, ADDED), definitions, DAY).moves
    assert list(move.values.values()) == ["boot"]
    assert json.dumps(move.values)


def test_the_cause_of_a_refold_stands_on_every_move():
    definitions = _built(keen={"event": VIEWED, "within": "1h"})
    moves = fold(None, [track(1, "", VIEWED)], definitions, DAY, cause="late").moves
    assert [move.cause for move in moves] == ["late", "late"]


def test_keys_name_what_is_said_and_not_what_it_is_called():
    buyer, keen = {"event": BOUGHT}, {"event": VIEWED}
    first = _built(buyer=buyer, vip={"segment": "buyer"})
    second = _built(customer=buyer, vip={"segment": "customer"}, keen=keen)
    assert first.segments["vip"] == second.segments["vip"]
    assert first.segments["buyer"] == second.segments["customer"]
    assert first.digest != second.digest


@pytest.mark.parametrize(
    ("documents", "code", "at"),
    [
        ({"a": {"segment": "b"}}, "unknown", "/segments/a"),
        ({"a": {"segment": "b"}, "b": {"not": {"segment": "a"}}}, "circle", "/segments/b"),
        ({"a": {"attribute": "features.x", "operator": "is_known"}}, "unknown", "/segments/a"),
        (
            {"a": {"sequence": [{"event": VIEWED}], "in_session": True}},
            "unsupported",
            "/segments/a",
        ),
    ],
)
def test_strange_names_and_circles_are_refused(documents, code, at):
    with pytest.raises(InvalidError) as refused:
        _built(**documents)
    assert (refused.value.code, refused.value.at) == (code, at)


def test_has_been_waits_and_moves_nobody_by_itself():
    keen = {"event": VIEWED, "within": "2h"}
    definitions = _built(steady={"has_been": keen, "for": "1h"})
    assert _moves(definitions, [track(1, "", VIEWED)], DAY) == [
        ("steady", True, 1 + HOUR, "timer"),
        ("steady", False, 1 + 2 * HOUR, "timer"),
    ]


def test_a_feature_in_a_condition_is_its_measure():
    total = Measure(BOUGHT, None, Span(DAY), "sum", "properties.revenue")
    rich = parse(
        {"attribute": "features.spent", "operator": "at_least", "value": 10}, scope=Scope.SEGMENT
    )
    direct = EventTest(total, "at_least", 10)
    by_name = build({"rich": (rich, Stability())}, {"spent": total})
    by_measure = build({"rich": (direct, Stability())}, {"spent": total})
    assert by_name.segments == by_measure.segments
    state = fold(None, [track(1, "", BOUGHT, revenue=12.5)], by_name, 1)
    facts = facts_at(state, by_name, 1, {"context.page.path": "/"})
    assert dict(facts.attributes) == {"context.page.path": "/", "features.spent": 12.5}
    assert facts.segments == {"rich": True}
    assert facts.attributes.get("features.none") is None


def test_features_alone_set_no_timers():
    definitions = build({}, {"views": Measure(VIEWED, None, Span(HOUR))})
    state = fold(None, [track(1, "", VIEWED)], definitions, 1)
    assert state.next_change is None
    assert facts_at(state, definitions, 1 + HOUR, {}).get("features.views") == 0


def test_a_state_says_when_definitions_ask_for_more_than_it_kept():
    live = _built(keen={"event": VIEWED})
    more = _built(keen={"event": VIEWED}, buyer={"event": BOUGHT})
    featured = build({}, {"views": Measure(VIEWED)})
    state = state_json.dump(fold(None, [track(1, "", VIEWED)], union(live, featured), 1))
    assert not state_json.missing(state, live)
    assert not state_json.missing(state, featured)
    assert state_json.missing(state, more)


def test_an_event_not_after_what_was_acted_on_is_late():
    definitions = _built(keen={"event": VIEWED, "within": "1h"})
    state = fold(None, [track(HOUR, "", VIEWED)], definitions, DAY)
    assert state.through == 2 * HOUR
    assert (late(state, 2 * HOUR), late(state, 2 * HOUR + 1)) == (True, False)


def test_a_profile_without_events_is_asked_once_at_the_end():
    definitions = _built(all={"everyone": True})
    assert _moves(definitions, [], 7) == [("all", True, 7, "event")]


def test_a_segment_the_checkpoint_never_knew_stays_unknown_until_it_is_refolded():
    live, more = _built(keen={"event": VIEWED}), _built(keen={"event": VIEWED}, new=ABANDONER)
    state = fold(None, [track(1, "", VIEWED)], live, 1)
    state = fold(state, [track(2, "", VIEWED)], more, DAY)
    assert facts_at(state, more, DAY, {}).segments == {"keen": True}
    assert state_json.missing(state_json.dump(state), more)


def test_the_same_product_in_two_orders_is_found_among_the_products_of_each():
    orders = {"event": BOUGHT, "operator": "at_least", "value": 2}
    twice = {"same": "properties.products.sku", "all": [orders]}
    definitions = _built(twice=twice)
    orders = [("a", "b", "a"), ("c",), ("b", "d")]
    story = [
        track(at, "", BOUGHT, products=[{"sku": sku} for sku in skus])
        for at, skus in enumerate(orders, 1)
    ]
    assert _moves(definitions, story[:2], 2) == []
    assert _moves(definitions, story, 3) == [("twice", True, 3, "event")]


def test_distinct_counts_the_values_of_a_list():
    skus = {"measure": {"distinct": "properties.products.sku"}}
    definitions = _built(many={"event": BOUGHT, **skus, "operator": "at_least", "value": 3})
    story = [track(at, "", BOUGHT, products=[{"sku": at}, {"sku": 0}]) for at in (1, 2)]
    assert len(_moves(definitions, story, 3)) == 1


def test_a_newborn_is_asked_about_a_segment_whose_answer_depends_on_another():
    none = {"event": VIEWED, "operator": "equals", "value": 0}
    definitions = _built(none=none, some={"not": {"segment": "none"}})
    assert _moves(definitions, [track(1, "", VIEWED)], 1) == [("some", True, 1, "event")]
