"""Which leaf goes into which table, and what is left to be asked one by one."""

from __future__ import annotations

import pytest

from rules.conditions import EventTest, Measure, Member, Not, Test
from rules.facts import Facts
from rules.matrix.clauses import Literal
from rules.matrix.line import Line
from rules.matrix.sorting import Entry, Membership, Sorted

BOUGHT = Measure("Order Completed")


def made(*entries):
    found = Sorted({BOUGHT: "k"})
    for row, literals in enumerate(entries):
        found.add(Entry(row, tuple(one if isinstance(one, Literal) else Literal(one)
                                   for one in literals)))  # fmt: skip
    return found


def asked_of(leaf, positive=True):
    """Name the table that one leaf alone goes into."""
    tables = made([Literal(leaf, positive)]).tables()
    names = ("lines", "lists", "members", "residuals")
    return [name for name in names if getattr(tables, name)]


@pytest.mark.parametrize(
    ("leaf", "table"),
    [
        (Member("vip"), "members"),
        (Test("traits.a", "equals", 1), "lines"),
        (Test("traits.a", "between", (1, 3)), "lines"),
        (Test("traits.a", "is_unknown"), "lines"),
        (Test("traits.a", "equals", "x", ignore_case=True), "residuals"),
        (Test("traits.a", "matches", "x"), "residuals"),
        (Test("traits.a", "has_any", ("x", 2)), "lists"),
        (Test("traits.a", "has_none", ("x", 2)), "lists"),
        (Test("traits.a", "has_any", ("x",), ignore_case=True), "residuals"),
        (Test("traits.a", "has_any", ("x", 0)), "residuals"),
        (Test("traits.a", "has_none", (1,)), "residuals"),
        (Test("traits.a", "has_any", (True,)), "residuals"),
        (Test("traits.a", "has_any", (False, "x")), "residuals"),
        (EventTest(BOUGHT, "at_least", 2), "lines"),
    ],
)
def test_each_leaf_goes_into_the_table_of_its_operator(leaf, table):
    assert asked_of(leaf) == [table]


def test_what_is_negated_without_an_opposite_is_asked():
    shop = Test("traits.a", "equals", "x")
    assert asked_of(shop, positive=False) == ["residuals"]
    assert asked_of(Member("vip"), positive=False) == ["members"]
    (residual,) = made([Literal(shop, positive=False)]).tables().residuals[0]
    told = [residual.ask(Facts({"traits.a": value}), "u") for value in ("x", "y")]
    assert told == [False, True]
    assert residual.ask(Facts(), "u") is False


def test_members_others_and_the_unknown_leave_their_clauses():
    others = [Literal(Member(name), positive=False) for name in ("vip", "old")]
    tables = made([Member("vip")], others[:1], [Member("new")], [], others[1:]).tables()
    assert tables.members == {
        "vip": Membership(0b11101, 0b11110, 0b11100),
        "new": Membership(0b11111, 0b11011, 0b11011),
        "old": Membership(0b01111, 0b11111, 0b01111),
    }
    assert tables.owners == (0, 1, 2, 3, 4)


def test_the_attribute_most_clauses_ask_of_comes_first():
    often, seldom = Test("traits.b", "equals", "x"), Test("traits.a", "equals", "x")
    found = made([seldom], [often], [often])
    assert list(found.tables().lines) == ["traits.b", "traits.a"]
    assert len(found) == 3


def test_weight_is_the_number_of_masks():
    ages = [[Test("traits.age", "at_least", i)] for i in range(5)]
    names = [[Test("traits.name", "in", ("a", "b"))]]
    assert [made(*ages).weight(), made(*names).weight(), made(*ages, *names).weight()] == [5, 2, 7]
    assert made().weight() == 0


def test_two_tests_of_one_attribute_in_one_clause_hold_together():
    low, high = Test("traits.age", "at_least", 2), Test("traits.age", "at_most", 4)
    line = made([low, high], [low]).tables().lines["traits.age"]
    assert isinstance(line, Line)
    told = [line.mask(value) for value in (1, 2, 3, 4, 5, None)]
    assert told == [0, 0b11, 0b11, 0b11, 0b10, 0]


def test_sets_wanted_and_unwanted_of_one_list_are_one_entry():
    tests = [
        Test("traits.tags", "has_any", ("a", "b")),
        Test("traits.tags", "has_any", ("c",)),
        Test("traits.tags", "has_none", ("d", "e")),
    ]
    lanes = made(tests, []).tables().lists["traits.tags"]
    assert len(lanes.lanes) == 2
    values = (("a", "c"), ("b", "c"), ("a",), ("a", "c", "d"), ("a", "c", "e"), ())
    told = [lanes.mask(value) for value in values]
    assert told == [0b11, 0b11, 0b10, 0b10, 0b10, 0b10]


def test_what_is_asked_is_shared_by_the_clauses_that_ask_it():
    shop, sale = (Test("traits.p", "matches", text) for text in ("shop", "sale"))
    residuals = made([shop], [shop, sale], [], [shop]).tables().residuals
    assert sorted(residuals) == [0, 1, 3]
    assert [len(residuals[clause]) for clause in (0, 1, 3)] == [1, 2, 1]
    assert residuals[0][0] is residuals[1][0] is residuals[3][0]
    assert [each.bits for each in residuals[1]] == [0b1011, 0b0010]


def test_what_is_asked_last_is_shared_too_and_comes_after_the_rest():
    def last(_facts, _unit):
        return True

    found, shop = Sorted({}), Test("traits.p", "matches", "shop")
    found.add(Entry(0, (), (shop, Not(shop)), (last,)))
    found.add(Entry(7, (), (), (last, last)))
    tables = found.tables()
    assert tables.owners == (0, 7)
    assert [len(tables.residuals[clause]) for clause in (0, 1)] == [3, 1]
    assert tables.residuals[0][-1].ask is last
    assert tables.residuals[1][0].bits == 0b11
    told = [one.ask(Facts({"traits.p": "shop"}), "u") for one in tables.residuals[0]]
    assert told == [True, False, True]
