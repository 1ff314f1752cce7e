"""How a condition is taken apart for the index: what is a lane of its own and what stays whole."""

from __future__ import annotations

import pytest

from rules.conditions import All, Any, EventTest, Everyone, Measure, Member, Not, Test
from rules.facts import Facts
from rules.matrix import compiled, document
from rules.matrix.clauses import Literal, clauses

DE, AT, CH = (Test("context.country", "equals", name) for name in ("DE", "AT", "CH"))
PRO = Test("traits.plan", "equals", "pro")
VIP, NEW = Member("vip"), Member("new")


def told(condition, most=16):
    return [(clause.literals, clause.rest) for clause in clauses(condition, most)]


def one(*tests):
    return [(tuple(Literal(test) for test in tests), ())]


def test_alternatives_of_one_attribute_are_one_test():
    assert told(Any((DE, AT))) == one(Test("context.country", "in", ("DE", "AT")))
    more = Any((DE, Test("context.country", "in", ("AT", "CH"))))
    assert told(more) == one(Test("context.country", "in", ("DE", "AT", "CH")))


def test_alternatives_of_two_attributes_or_in_any_case_are_two():
    assert len(told(Any((DE, PRO)))) == 2
    loud = Test("context.country", "equals", "de", ignore_case=True)
    assert told(Any((DE, loud))) == [
        ((Literal(Test("context.country", "in", ("DE",))),), ()),
        ((Literal(loud),), ()),
    ]


def test_what_is_all_true_is_not_made_one():
    assert told(All((DE, AT))) == one(DE, AT)
    nobody = Not(Any((DE, AT)))
    other = [Test("context.country", "not_equals", name) for name in ("DE", "AT")]
    assert told(nobody) == one(*other)
    assert told(Not(All((DE, AT)))) == [((Literal(test),), ()) for test in other]


def test_a_list_of_few_items_is_asked_item_by_item_and_one_of_many_whole():
    few, many = (tuple(f"x{i}" for i in range(count)) for count in (8, 9))
    single = [Test("traits.tags", "has_any", (item,)) for item in few]
    assert told(Test("traits.tags", "has_all", few)) == one(*single)
    assert told(Test("traits.tags", "has_all", many)) == one(Test("traits.tags", "has_all", many))
    lacks = Test("traits.tags", "not_has_all", few)
    assert told(Not(lacks)) == one(*single)
    loud = Test("traits.tags", "has_all", ("a",), ignore_case=True)
    assert told(loud) == one(Test("traits.tags", "has_any", ("a",), ignore_case=True))


def test_a_leaf_is_negated_by_its_opposite_or_marked():
    assert told(Not(PRO)) == one(Test("traits.plan", "not_equals", "pro"))
    assert told(Not(VIP)) == [((Literal(VIP, positive=False),), ())]
    bought = EventTest(Measure("Order Completed"), "at_least", 3)
    assert told(Not(bought)) == one(EventTest(Measure("Order Completed"), "less_than", 3))
    assert told(bought) == one(bought)
    first = EventTest(Measure("Order Completed"), "first_time", None)
    assert told(Not(first)) == [((Literal(first, positive=False),), ())]


def test_everyone_asks_nothing_and_nobody_has_no_clause():
    assert told(Everyone()) == [((), ())]
    assert told(Not(Everyone())) == []
    assert told(All((VIP, Everyone()))) == one(VIP)
    assert told(Any((VIP, Not(Everyone())))) == one(VIP)


@pytest.mark.parametrize(("most", "whole"), [(4, False), (3, True)])
def test_what_multiplies_beyond_the_bound_stays_whole(most, whole):
    pairs = All((Any((VIP, DE)), Any((NEW, PRO))))
    found = told(pairs, most)
    assert len(found) == (2 if whole else 4)
    assert all(bool(rest) is whole for _, rest in found)


@pytest.mark.parametrize(("most", "count"), [(3, 3), (2, 1)])
def test_alternatives_beyond_the_bound_stay_whole(most, count):
    members = Any(tuple(Member(name) for name in "abc"))
    found = told(members, most)
    assert len(found) == count
    assert found[0][1] == (() if count == 3 else (members,))


def test_a_negated_conjunction_inside_alternatives_is_multiplied_out():
    inner = Any((All((VIP, NEW)), PRO))
    assert sorted(len(literals) for literals, _ in told(inner)) == [1, 2]
    negated = told(Not(inner))
    assert [set(literals) for literals, _ in negated] == [
        {Literal(VIP, positive=False), Literal(Test("traits.plan", "not_equals", "pro"))},
        {Literal(NEW, positive=False), Literal(Test("traits.plan", "not_equals", "pro"))},
    ]


def test_alternatives_that_are_the_same_are_one():
    assert told(Any((VIP, VIP))) == one(VIP)


def test_a_gap_between_two_close_thresholds_is_found():
    tests = [
        {"attribute": "context.n", "operator": operator, "value": value}
        for operator, value in (("more_than", 0.5), ("less_than", 0.6))
    ]
    row = {"id": "a", "when": {"all": tests}, "then": {"variant": "x"}}
    matrix = compiled.compile(document.parse({"rows": [row]}), {})
    found = [matrix.decide(Facts({"context.n": n}), "u").row for n in (0.5, 0.55, 0.6, -1, 9)]
    assert found == [None, "a", None, None, None]
