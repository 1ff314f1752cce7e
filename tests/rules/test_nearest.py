"""What the nearest miss may touch, what it costs, and how each change is told."""

from __future__ import annotations

import pytest

from rules.allocation import included
from rules.conditions import EventTest, Measure, Member, Not, Same
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix.changes import KINDS, changes, standing
from rules.matrix.check.rows import partial, place, running, whole
from rules.matrix.check.space import Space
from rules.matrix.document import Matrix, Row
from rules.matrix.nearest import Nearest, nearest
from rules.windows.registry import create
from tests.rules.tables import asks, table

EVERYONE = {"everyone": True}
VIP = Facts(segments={"vip": True})


def miss(matrix, facts, row, unit="u", **more):
    return nearest(matrices.compile(matrix, {}), facts, unit, row, **more)


def moves(found):
    return [tuple(one) for one in found.changes]


def unit_of(row, percent, held):
    return next(f"u{n}" for n in range(999) if included(row, f"u{n}", percent) is held)


def test_every_kind_of_change_has_its_word():
    bought = Measure("Order Completed")
    window = create(bought)
    when = {
        "all": [
            asks("traits.plan", "equals", "pro"),
            {"segment": "vip"},
            {"event": "Order Completed", "operator": "at_least", "value": 2},
            asks("context.page.path", "matches", "^/shop"),
        ]
    }
    matrix = table({"when": when, "enabled": False, "rollout": 50})
    facts = Facts({"context.page.path": "/"}, {"vip": False}, {"k": window}, now=2)
    out = unit_of("0", 50, held=False)
    told = nearest(matrices.compile(matrix, {bought: "k"}), facts, out, "0").changes
    assert {one.kind for one in told} == set(KINDS)
    seen = {one.kind: (one.seen, one.value) for one in told}
    assert seen == {
        "switch": (False, True),
        "rollout": (False, True),
        "attribute": (None, "pro"),
        "segment": (False, True),
        "measure": (0, 2),
        "condition": (False, True),
    }
    into = unit_of("0", 50, held=True)
    held = nearest(matrices.compile(matrix, {bought: "k"}), facts, into, "0").changes
    assert {one.kind for one in held} == set(KINDS) - {"rollout"}


def test_a_share_of_nobody_is_opened_for_everybody():
    nobody = table({"when": EVERYONE, "rollout": 0})
    for n in range(400):
        assert moves(miss(nobody, Facts(), "0", f"u{n}")) == [("rollout", "0", False, True)]


def test_the_share_of_another_row_is_not_moved_and_who_is_outside_it_is_not_kept_out():
    matrix = table({"when": EVERYONE, "rollout": 50}, {"segment": "vip"})
    assert miss(matrix, VIP, "1", unit_of("0", 50, held=True)) == Nearest((), possible=False)
    assert miss(matrix, VIP, "1", unit_of("0", 50, held=False)) == Nearest(())
    assert miss(matrix, VIP, "1", unit_of("0", 50, held=True), chosen=False) == Nearest(())


def test_a_row_that_is_off_stands_in_nobodys_way():
    matrix = table({"when": EVERYONE, "enabled": False}, {"segment": "vip"})
    assert miss(matrix, VIP, "1") == Nearest(())
    assert moves(miss(matrix, VIP, "0")) == [("switch", "0", False, True)]


def test_a_row_that_is_not_there_is_no_row():
    with pytest.raises(KeyError):
        miss(table(EVERYONE), Facts(), "9")


def test_where_several_are_taken_no_row_is_in_the_way_unless_one_only_is_taken():
    rows = ({"segment": "vip"}, {"segment": "vip"})
    assert miss(table(*rows, policy="collect"), VIP, "1") == Nearest(())
    assert miss(table(*rows, policy="collect", limit=2), VIP, "1") == Nearest(())
    alone = table({"segment": "new"}, {"segment": "vip"}, policy="collect", limit=1)
    both = Facts(segments={"vip": True, "new": True})
    assert moves(miss(alone, both, "1")) == [("segment", "new", True, False)]


def test_each_step_of_the_search_is_counted():
    matrix = table({"segment": "new"}, {"segment": "vip"})
    both = Facts(segments={"vip": True, "new": True})
    for steps, wanted in ((0, None), (1, None), (2, [("segment", "new", True, False)])):
        found = miss(matrix, both, "1", steps=steps)
        assert found.possible
        assert (None if found.changes is None else moves(found)) == wanted
    assert miss(table({"segment": "vip"}), VIP, "0", steps=1) == Nearest(())
    assert miss(table({"segment": "vip"}), VIP, "0", steps=0) == Nearest(None)


def test_the_first_of_equally_near_ways_is_taken():
    either = {"any": [{"all": [{"segment": "a"}, asks("traits.x", "equals", 1)]},
                      {"all": [{"segment": "b"}, asks("traits.y", "equals", 2)]}]}  # fmt: skip
    facts = Facts({"traits.x": 1, "traits.y": 2})
    assert moves(miss(table(either), facts, "0")) == [("segment", "a", None, True)]


def test_a_row_too_manifold_to_be_followed_is_not_decided():
    wide = {
        "all": [
            {"any": [{"all": [{"segment": f"{i}-{k}-{s}"} for s in "ab"]} for k in range(9)]}
            for i in range(9)
        ]
    }
    for rows in ((wide, {"segment": "vip"}), ({"segment": "vip"}, wide)):
        matrix = table(*rows)
        assert miss(matrix, Facts(), "0" if rows[0] is wide else "1") == Nearest(None)
    assert miss(table(wide, {"segment": "vip"}), VIP, "1") == Nearest(None)
    assert miss(table(wide, {"segment": "vip"}), VIP, "1", chosen=False) == Nearest(())
    assert miss(table({"segment": "vip"}, wide), VIP, "0") == Nearest(())


def test_who_stands_nowhere_is_not_decided():
    bought = Measure("Order Completed")

    class Odd:
        def read(self, _now):
            return 2.5

    rows = [
        {"event": "Order Completed", "operator": "more_than", "value": 2},
        {"event": "Order Completed", "operator": "less_than", "value": 3},
    ]
    compiled = matrices.compile(table(*rows), {bought: "k"})
    facts = Facts(windows={"k": Odd()}, now=1)
    assert nearest(compiled, facts, "u", "1") == Nearest(None)


def spaced(*rows):
    matrix = Matrix(rows)
    asked = running(matrix)
    space = Space([whole(each) for each in asked], None, partial(asked))
    place(space, asked)
    return space


def test_a_visitor_stands_in_one_piece_of_each_column():
    row = Row("r", Not(Member("vip")), "x", rollout=50)
    space = spaced(row)
    for known, bit in ((True, 0b001), (False, 0b010), (None, 0b100)):
        facts = Facts(segments={} if known is None else {"vip": known})
        assert standing(space, {}, facts, ()) == [bit, 0b01]
        assert standing(space, {}, facts, {"r"}) == [bit, 0b10]


def test_a_move_says_what_was_and_what_would_do():
    row = Row("r", Member("vip"), "x", rollout=50)
    space = spaced(row)
    assert changes(space, {}, VIP, 0, 0b010) == (("segment", "vip", True, False),)
    assert changes(space, {}, VIP, 0, 0b100) == (("segment", "vip", True, None),)
    assert changes(space, {}, VIP, 1, 0b10) == (("rollout", "r", True, False),)
    assert changes(space, {}, VIP, 1, 0b01) == (("rollout", "r", False, True),)


def test_an_instant_known_by_its_age_is_told_as_an_instant():
    old = table(asks("traits.seen", "older_than", "1d"))
    day = 86_400_000_000
    facts = Facts({"traits.seen": 9 * day}, now=9 * day + 5)
    ((kind, path, seen, value),) = moves(miss(old, facts, "0"))
    assert (kind, path, seen) == ("attribute", "traits.seen", 9 * day)
    assert value <= facts.now - day
    held = Facts({"traits.seen": value}, now=facts.now)
    assert matrices.compile(old, {}).decide(held, "u").index == 0


def test_of_answers_that_may_be_otherwise_only_those_that_must_are_told():
    two = table({"all": [asks("context.page.path", "matches", "^/shop"),
                         asks("context.page.path", "matches", "sale$")]})  # fmt: skip
    told = miss(two, Facts({"context.page.path": "/shop"}), "0").changes
    assert [(one.kind, one.seen, one.value) for one in told] == [("condition", False, True)]
    assert "sale$" in told[0].subject
    told = miss(two, Facts({}), "0").changes
    assert [(one.seen, one.value) for one in told] == [(None, True)] * 2


def test_of_a_condition_on_its_own_the_truth_is_told():
    same = Same("properties.id", EventTest(Measure("Product Viewed"), "at_least", 3))
    space, facts = spaced(Row("r", same, "x")), Facts()
    (here,) = standing(space, {same: "s"}, facts, ())
    assert here == 0b010
    (found,) = changes(space, {same: "s"}, facts, 0, 0b001)
    assert (found.kind, found.seen, found.value) == ("condition", False, True)


def test_a_measure_is_told_in_words_and_as_people_count():
    spent = Measure("Order Completed", kind="sum", path="properties.total")
    window = create(spent)
    window.add(1, 2_500_000, "a")
    space = spaced(Row("r", EventTest(spent, "at_least", 100), "x"))
    facts = Facts(windows={"k": window}, now=2)
    (here,) = standing(space, {spent: "k"}, facts, ())
    assert space.columns[0].false[0] & here
    (found,) = changes(space, {spent: "k"}, facts, 0, space.columns[0].true[0])
    assert (found.kind, found.seen, found.value) == ("measure", 2.5, 100)
    assert "Order Completed" in found.subject
