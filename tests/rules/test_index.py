"""The loops of the index: which values each reads, what is asked, and how many rows come back."""

from __future__ import annotations

import pytest

from rules.conditions import All, Any, EventTest, Everyone, Measure, Member, Not, Test
from rules.facts import Facts
from rules.matrix.clauses import Literal
from rules.matrix.document import Row
from rules.matrix.index import Block
from rules.matrix.parts import parts
from rules.matrix.sorting import Entry, Sorted
from rules.windows.registry import create

VIP = Facts(segments={"vip": True})


def block(*whens, keys=None, **more):
    (part,) = parts([Row(f"r{i}", when, "x", **more) for i, when in enumerate(whens)], keys or {})
    return part.block


def held(found, facts, most=99):
    return list(found.rows(facts, "u", most))


def test_each_attribute_is_read_in_the_loop_made_for_its_values():
    found = block(
        Test("traits.plan", "equals", "pro"),
        Test("traits.age", "at_least", 18),
        Test("traits.ok", "equals", True),
        Test("traits.tags", "has_any", ("a",)),
        Test("time.now", "before", 9),
        EventTest(Measure("Order Completed"), "at_least", 2),
        keys={Measure("Order Completed"): "k"},
    )
    paths = [[each[0] for each in loop] for loop in (found._texts, found._numbers, found._others)]
    assert paths == [["traits.plan"], ["traits.age"], ["traits.ok"]]
    assert [path for path, _ in found._lists] == ["traits.tags"]
    assert len(found._read) == 2


@pytest.mark.parametrize("count", [1, 63, 64, 65, 128, 129, 200])
def test_the_rows_of_any_number_of_words_come_back_in_order(count):
    found = block(*[Member("vip")] * count)
    assert held(found, VIP) == list(range(min(count, 99)))
    assert list(found.rows(VIP, "u", 500)) == list(range(count))
    odd = block(*[Member("vip" if i % 2 else "new") for i in range(count)])
    few = Facts(segments={"vip": True, "new": False})
    assert list(odd.rows(few, "u", 500)) == list(range(1, count, 2))


def test_a_row_of_several_clauses_comes_back_once():
    either = Any((Member("vip"), Test("traits.plan", "equals", "pro")))
    facts = Facts({"traits.plan": "pro"}, {"vip": True})
    found = block(either, Everyone(), either)
    assert held(found, facts) == [0, 1, 2]
    assert [held(found, facts, most) for most in (0, 1, 2, 3)] == [[], [0], [0, 1], [0, 1, 2]]
    assert [held(found, VIP), held(found, Facts({"traits.plan": "pro"}))] == [[0, 1, 2]] * 2
    assert held(found, Facts()) == [1]
    assert [found.first(facts, "u"), found.first(Facts(), "u")] == [0, 1]


@pytest.mark.parametrize("most", [1, 2, 3, 9])
def test_what_is_asked_one_by_one_comes_back_once_and_no_more_than_wanted(most):
    shop = Test("context.page.path", "matches", "^/shop")
    either = Any((All((Member("vip"), shop)), All((Member("new"), shop)), Member("old")))
    found = block(either, shop, Member("vip"), either)
    there = Facts({"context.page.path": "/shop"}, {"vip": True, "new": True, "old": True})
    assert held(found, there, most) == [0, 1, 2, 3][:most]
    assert found.first(there, "u") == 0
    elsewhere = Facts({"context.page.path": "/"}, {"vip": True, "new": True})
    assert held(found, elsewhere, most) == [2]
    assert found.first(elsewhere, "u") == 2
    assert found.first(Facts({"context.page.path": "/"}), "u") is None
    old = Facts({"context.page.path": "/"}, {"vip": True, "old": True})
    assert held(found, old, most) == [0, 2, 3][:most]


def test_a_residual_is_asked_once_whatever_it_says():
    asked = []

    def ask(answer):
        def one(_facts, unit):
            asked.append(unit)
            return answer

        return one

    for answer, wanted in ((True, [0, 1, 2]), (False, [])):
        found = _sharing(ask(answer))
        asked.clear()
        assert held(found, VIP) == wanted
        assert asked == ["u"]


def _sharing(ask):
    found = Sorted({})
    for row in range(3):
        found.add(Entry(row, (Literal(Member("vip")),), (), (ask,)))
    return Block(found.tables(), {})


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("pro", [0, 6]),
        ("x", [6]),
        (17, [6]),
        (17.5, [6]),
        (18, [1, 6]),
        (18.5, [1, 6]),
        (True, [2, 6]),
        (False, [3, 6]),
        (("a",), [4, 6]),
        (["a"], [4, 6]),
        (("b",), [6]),
        (None, [5]),
        ({}, [6]),
    ],
)
@pytest.mark.parametrize("split", [False, True])
def test_one_value_of_any_kind_is_seen_by_those_who_ask_of_it(value, wanted, split):
    """Each row asks alone of an attribute of its own (``split``) or all ask of one and the same."""
    tests = [
        ("equals", "pro"),
        ("at_least", 18),
        ("equals", True),
        ("equals", False),
        ("has_any", ("a",)),
        ("is_unknown", None),
        ("is_known", None),
    ]
    paths = [f"traits.p{i}" if split else "traits.p" for i in range(len(tests))]
    found = block(*(Test(path, *test) for path, test in zip(paths, tests, strict=True)))
    assert held(found, Facts(dict.fromkeys(paths, value))) == wanted


def test_members_others_and_strangers_are_three():
    found = block(Member("vip"), Not(Member("vip")), Everyone())
    told = [held(found, Facts(segments={"vip": known})) for known in (True, False, None)]
    assert told == [[0, 2], [1, 2], [2]]
    assert held(found, Facts()) == [2]


def test_numbers_that_leave_nobody_end_the_asking():
    low, high = (Test("traits.age", name, 18) for name in ("less_than", "at_least"))
    found = block(All((low, Member("vip"))), All((high, Member("vip"))))
    assert [held(found, Facts({"traits.age": age}, {"vip": True})) for age in (17, 18)] == [
        [0],
        [1],
    ]
    assert held(found, Facts({"traits.age": 17})) == []
    assert found.standing(Facts({"traits.age": None}, {"vip": True})) == 0


def test_measures_and_the_instant_are_read_for_every_decision():
    bought = Measure("Order Completed")
    window = create(bought)
    found = block(
        EventTest(bought, "at_least", 1), Test("time.now", "not_before", 5), keys={bought: "k"}
    )
    assert held(found, Facts(windows={"k": window}, now=4)) == []
    window.add(1, None, "a")
    assert held(found, Facts(windows={"k": window}, now=4)) == [0]
    assert held(found, Facts(windows={"k": window}, now=5)) == [0, 1]


def test_nothing_is_asked_one_by_one_where_no_clause_left_standing_needs_it(monkeypatch):
    shop = Test("context.page.path", "matches", "^/shop")
    found = block(Member("vip"), All((Member("new"), shop)))
    monkeypatch.setattr(found, "_asked", None)
    assert held(found, VIP) == [0]
    assert found.first(VIP, "u") == 0
    assert found.first(Facts(segments={"vip": True, "new": True}), "u") == 0
