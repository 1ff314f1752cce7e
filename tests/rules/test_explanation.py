"""Why a row did not fire, and the least that would have to be otherwise for it to."""

from __future__ import annotations

from random import Random

import pytest

from rules.compiler import measures
from rules.conditions import EventTest, Measure, Same
from rules.evidence import LONGEST
from rules.evidence import compile as evidence_of
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix.document import parse
from rules.matrix.nearest import Nearest, nearest
from rules.windows.registry import create
from tests.rules import brute
from tests.rules.tables import asks, table

PLAN = asks("traits.plan", "equals", "pro")
ADULT = asks("traits.age", "at_least", 18)


def moves(found):
    return [(one.kind, one.subject, one.seen, one.value) for one in found.changes]


def miss(matrix, facts, row, **more):
    return nearest(matrices.compile(matrix, {}), facts, "u", row, **more)


def test_the_nearest_miss_names_what_was_seen_and_a_value_that_would_do():
    facts = Facts({"traits.plan": "free", "traits.age": 20}, now=5)
    found = miss(table({"all": [PLAN, ADULT, {"segment": "vip"}]}), facts, "0")
    assert moves(found) == [
        ("attribute", "traits.plan", "free", "pro"),
        ("segment", "vip", None, True),
    ]


def test_of_several_ways_the_one_with_the_fewest_changes_is_taken():
    either = {"any": [{"all": [PLAN, {"segment": "vip"}]}, asks("traits.age", "more_than", 65)]}
    assert moves(miss(table(either), Facts(), "0")) == [("attribute", "traits.age", None, 66)]


def test_to_be_chosen_a_row_must_also_get_out_of_the_way_of_others():
    matrix = table(ADULT, {"segment": "vip"})
    facts = Facts({"traits.age": 30}, {"vip": True})
    assert moves(miss(matrix, facts, "1")) == [("attribute", "traits.age", 30, 17)]
    assert miss(matrix, facts, "1", chosen=False) == Nearest(())
    assert miss(matrix, facts, "0") == Nearest(())


def test_what_no_change_brings_about_is_said_to_be_impossible():
    facts = Facts({"traits.age": 30})
    assert miss(table({"everyone": True}, ADULT), facts, "1") == Nearest((), possible=False)
    assert miss(table({"not": {"everyone": True}}), facts, "0") == Nearest((), possible=False)
    assert miss(table({"everyone": True}, ADULT), facts, "1", steps=0) == Nearest(None)


def test_schedule_rollout_and_switch_are_among_what_may_be_otherwise():
    summer = {"from": "2026-06-01T00:00", "until": "2026-09-01T00:00", "zone": "UTC"}
    closed = table({"when": {"everyone": True}, "active": summer, "enabled": False})
    switch, (kind, subject, seen, value) = moves(miss(closed, Facts(now=7), "0"))
    assert switch == ("switch", "0", False, True)
    assert (kind, subject, seen) == ("attribute", "time.now", 7)
    assert closed.rows[0].active.start_at <= value < closed.rows[0].active.until_at
    nobody = table({"when": {"everyone": True}, "rollout": 0})
    assert moves(miss(nobody, Facts(), "0")) == [("rollout", "0", False, True)]


def test_counts_are_told_as_people_count():
    measure = Measure("Order Completed", kind="sum", path="properties.total")
    window = create(measure)
    window.add(1, 2_500_000, "a")
    when = {"event": "Order Completed", "measure": {"sum": "properties.total"}}
    matrix = table({**when, "operator": "at_least", "value": 100})
    compiled = matrices.compile(matrix, {measure: "k"})
    found = nearest(compiled, Facts(windows={"k": window}, now=2), "u", "0")
    ((kind, _, seen, value),) = moves(found)
    assert (kind, seen, value) == ("measure", 2.5, 100)


def test_of_a_pattern_the_answer_is_told_that_is_needed():
    matrix = table(asks("context.page.path", "matches", "^/shop"))
    (found,) = miss(matrix, Facts({"context.page.path": "/"}), "0").changes
    assert (found.kind, found.seen, found.value) == ("condition", False, True)


@pytest.mark.parametrize("seed", range(60))
def test_no_smaller_change_would_do(seed):
    """Move a visitor to every place there is in fewer columns: the row is chosen in none."""
    draw = Random(seed)
    said = {key: part for key, part in brute.table(draw).items() if key != "limit"}
    matrix = parse({**said, "hit_policy": draw.choice(["first", "unique", "priority"])})
    worlds = brute.Worlds(matrix, 3_000)
    for row in worlds.rows if worlds.people else ():
        start = draw.choice(worlds.people)
        if any(key[0] == "share" for key in start) or "time.now" in start:
            continue
        found = miss(matrix, brute.facts(start), row.id)
        least = fewest(worlds, row, start)
        assert found.possible is (least is not None)
        if least is not None:
            assert len({one.subject for one in found.changes}) == least


def fewest(worlds, row, start):
    """Return in how many things a visitor differs from the likest one who gets the row."""
    differing = [
        sum(type(one[key]) is not type(start[key]) or one[key] != start[key] for key in start)
        for i, one in enumerate(worlds.people)
        if gets(worlds, row, i)
    ]
    return min(differing, default=None)


def gets(worlds, row, i):
    held = [other.id for other in worlds.rows if worlds.true[other.id] >> i & 1]
    return held == [row.id] if worlds.matrix.hit_policy == "unique" else held[:1] == [row.id]


@pytest.mark.parametrize("policy", ["first", "unique"])
def test_a_row_that_holds_and_is_not_shown_says_who_stands_in_its_way(policy):
    compiled = matrices.compile(table(ADULT, {"segment": "vip"}, policy=policy), {})
    told = compiled.explain(Facts({"traits.age": 30}, {"vip": True}), "u")
    assert told[1]["behind"] == ["0"]
    assert told[0]["behind"] == (["1"] if policy == "unique" else [])


def told_of(policy, **more):
    """What becomes of five rows of which the first, third, fourth and fifth hold."""
    held = {"segment": "vip"}
    rows = [held, {"segment": "new"}, held, held, held]
    compiled = matrices.compile(table(*rows, policy=policy, **more), {})
    told = compiled.explain(Facts({}, {"vip": True, "new": False}), "u")
    return [row["index"] for row in told if row["chosen"]], [row["behind"] for row in told]


def test_every_row_that_a_list_takes_is_marked_and_those_beyond_its_limit_say_who_came_before():
    assert told_of("collect") == ([0, 2, 3, 4], [[]] * 5)
    assert told_of("collect", limit=2) == ([0, 2], [[], [], [], ["0", "2"], ["0", "2"]])
    assert told_of("rule_order", limit=3) == ([0, 2, 3], [[], [], [], [], ["0", "2", "3"]])
    assert told_of("first") == ([0], [[], [], ["0"], ["0"], ["0"]])
    assert told_of("unique")[0] == []
    assert told_of("unique")[1][0] == ["2", "3", "4"]


def test_a_list_in_order_of_its_priorities_takes_the_highest():
    rows = [{"when": {"segment": "vip"}, "priority": n} for n in (1, 3, 2)]
    compiled = matrices.compile(table(*rows, policy="output_order", limit=2), {})
    told = compiled.explain(Facts({}, {"vip": True}), "u")
    assert [row["index"] for row in told if row["chosen"]] == [1, 2]
    assert told[0]["behind"] == ["1", "2"]


def test_an_aggregate_is_made_of_all_that_is_marked():
    rows = [
        {"when": {"segment": name}, "then": {"values": {"price": 1}}}
        for name in ("vip", "new", "vip")
    ]
    matrix = table(*rows, policy="collect", aggregate="sum")
    told = matrices.compile(matrix, {}).explain(Facts({}, {"vip": True, "new": False}), "u")
    assert [row["chosen"] for row in told] == [True, False, True]


def test_every_leaf_says_its_condition_what_it_saw_and_what_it_made_of_it():
    rows = [
        {"when": {"all": [asks("traits.age", "at_least", 18), {"segment": "vip"}]}},
        {"when": {"event": "Order Completed"}},
        {"when": {"everyone": True}, "enabled": False},
    ]
    matrix = table(*rows)
    (orders,) = measures(matrix.rows[1].when)
    told = matrices.compile(matrix, {orders: "k"}).explain(Facts({"traits.age": 17}, {}, {}), "u")
    assert told[0]["leaves"] == [
        {
            "condition": {"attribute": "traits.age", "operator": "at_least", "value": 18},
            "truth": False,
            "seen": 17,
        },
        {"condition": {"segment": "vip"}, "truth": None, "seen": None},
    ]
    assert [row["outcome"] for row in told] == ["not_matched", told[1]["outcome"], "disabled"]
    assert told[1]["leaves"][0]["condition"]["event"] == "Order Completed"
    assert (told[2]["leaves"], told[2]["chosen"], told[2]["index"]) == ([], False, 2)


def test_a_share_leaves_out_only_those_outside_it():
    half = table({"when": {"segment": "vip"}, "rollout": 50})
    compiled = matrices.compile(half, {})
    told = {compiled.explain(Facts({}, {"vip": True}), f"u{n}")[0]["outcome"] for n in range(40)}
    assert told == {"matched", "outside_rollout"}
    others = {compiled.explain(Facts({}, {"vip": False}), f"u{n}")[0]["outcome"] for n in range(40)}
    assert others == {"not_matched"}


def viewed(times):
    return EventTest(Measure("Product Viewed"), "at_least", times)


def test_evidence_of_one_and_the_same_is_whole_words_and_says_when_none_is_left():
    same = Same("properties.product_id", viewed(3))
    long = Same("properties." + "x" * 60 + ".product_identifier_of_the_catalogue", viewed(3))
    (seen,) = evidence_of(same, same, {same: "k"})(Facts()).values()
    assert seen is False
    (words,) = evidence_of(long, long, {long: "k"})(Facts())
    assert len(words) <= LONGEST
    assert words.endswith("\N{HORIZONTAL ELLIPSIS}")
