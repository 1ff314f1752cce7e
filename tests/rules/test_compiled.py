"""What a compiled matrix tells of itself, and what an edit keeps and gives."""

from __future__ import annotations

import pytest

from rules.conditions import EventTest, Measure, Member
from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix import parts
from rules.matrix.compiled import Choice
from rules.matrix.document import Matrix, Row
from rules.matrix.outcome import Output
from rules.matrix.policies import POLICIES

VIP = Facts(segments={"vip": True})
NOTHING = Choice(None, None, None, "nothing")
CONFLICT = Choice(None, None, None, "conflict")


def rows(*priorities):
    return tuple(Row(f"r{i}", Member("vip"), f"v{i}", priority=n) for i, n in enumerate(priorities))


def compiled(*priorities, policy="first", **more):
    return matrices.compile(Matrix(rows(*priorities), policy, **more), {})


def choice(i):
    return Choice(f"r{i}", {"variant": f"v{i}"}, i, "matched")


def indexes(found, facts=VIP, limit=None):
    return [each.index for each in found.collect(facts, "u", limit)]


def test_a_choice_tells_the_row_what_it_yields_where_it_stands_and_why():
    found = compiled(0, 0)
    assert found.decide(VIP, "u") == choice(0)
    assert found.decide(Facts(), "u") == NOTHING
    assert found.collect(VIP, "u") == (choice(0), choice(1))
    assert found.collect(Facts(), "u") == ()
    assert compiled(0, 0, policy="unique").decide(VIP, "u") == CONFLICT
    assert compiled(0, 0, policy="any").decide(VIP, "u") == CONFLICT
    for policy in ("unique", "any"):
        assert compiled(0, policy=policy).decide(VIP, "u") == choice(0)
        assert compiled(0, policy=policy).decide(Facts(), "u") == NOTHING
    assert matrices.CONFLICT == CONFLICT


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("policy", list(POLICIES))
def test_rows_in_several_parts_are_chosen_as_those_in_one(monkeypatch, policy, size):
    monkeypatch.setattr(parts, "BLOCK", size)
    monkeypatch.setattr(parts, "FIRST", size)
    found = compiled(1, 3, 2, 3, 0, policy=policy)
    ranked = [1, 3, 2, 0, 4] if POLICIES[policy].ranked else [0, 1, 2, 3, 4]
    assert indexes(found) == ranked
    assert [indexes(found, limit=most) for most in range(7)] == [ranked[:n] for n in range(7)]
    first = CONFLICT if POLICIES[policy].alone else choice(ranked[0])
    assert found.decide(VIP, "u") == first


def test_rows_that_say_the_same_agree_however_many_they_are():
    same = tuple(Row(f"r{i}", Member("vip"), "x") for i in range(5))
    other = (*same, Row("r5", Member("vip"), "y"))
    agreed = matrices.compile(Matrix(same, "any"), {}).decide(VIP, "u")
    assert agreed == Choice("r0", {"variant": "x"}, 0, "matched")
    assert matrices.compile(Matrix(other, "any"), {}).decide(VIP, "u") == CONFLICT
    assert matrices.compile(Matrix(same, "unique"), {}).decide(VIP, "u") == CONFLICT


def test_a_list_is_as_long_as_the_matrix_says_unless_told_otherwise():
    found = compiled(0, 0, 0, 0, policy="collect", limit=2)
    assert [indexes(found), indexes(found, limit=3), indexes(found, limit=0)] == [
        [0, 1],
        [0, 1, 2],
        [],
    ]


@pytest.mark.parametrize("policy", ["first", "priority"])
def test_each_edit_gives_another_matrix_and_leaves_the_old_one(policy):
    old = compiled(2, 2, 2, policy=policy)
    fresh = Row("new", Member("vip"), "x", priority=2)
    edits = {
        ("r0", "new", "r1", "r2"): old.insert(fresh, 1),
        ("r0", "r1", "r2", "new"): old.insert(fresh),
        ("new", "r0", "r1", "r2"): old.insert(fresh, -4),
        ("r0", "r2"): old.remove("r1"),
        ("r1", "r2", "r0"): old.move("r0", 2),
        ("r2", "r0", "r1"): old.move("r2", 0),
        ("r0", "r2", "r1"): old.move("r1", 99),
        ("r1", "r0", "r2"): old.move("r1", -9),
        ("r0", "r1", "r2"): old.move("r1", 1),
    }
    for wanted, found in edits.items():
        assert tuple(row.id for row in found.matrix.rows) == wanted
        assert [each.row for each in found.collect(VIP, "u")] == list(wanted)
        assert indexes(found) == list(range(len(wanted)))
        assert found.version == 2
        assert found.keys is old.keys
        told = tuple(row["row"] for row in found.explain(VIP, "u") if row["chosen"])
        assert told == wanted[:1]
    assert (old.version, indexes(old)) == (1, [0, 1, 2])


def test_a_row_that_is_replaced_in_its_place_leaves_every_other_choice_as_it_is():
    old = compiled(1, 2, 3, policy="priority")
    found = old.replace(Row("r1", Member("vip"), "fresh", priority=2))
    assert [each.then["variant"] for each in found.collect(VIP, "u")] == ["v2", "fresh", "v0"]
    assert indexes(found) == [2, 1, 0]
    assert found._choices[0] is old._choices[0]
    risen = old.replace(Row("r1", Member("vip"), "risen", priority=9))
    assert [each.then["variant"] for each in risen.collect(VIP, "u")] == ["risen", "v2", "v0"]
    assert risen.replace(Row("r1", Member("new"), "x")).version == 3


@pytest.mark.parametrize(
    "edit",
    [
        lambda found: found.remove("x"),
        lambda found: found.move("x", 0),
        lambda found: found.replace(Row("x", Member("vip"), "y")),
    ],
)
def test_an_edit_of_a_row_that_is_not_there_is_refused(edit):
    with pytest.raises(InvalidError) as caught:
        edit(compiled(0))
    assert (caught.value.at, caught.value.code) == ("/id", "unknown")


def test_an_id_that_stands_already_is_refused():
    with pytest.raises(InvalidError) as caught:
        compiled(0).insert(Row("r0", Member("new"), "y"))
    assert (caught.value.at, caught.value.code) == ("/id", "duplicate")


def test_what_is_asked_is_of_all_parts_and_each_measure_once(monkeypatch):
    monkeypatch.setattr(parts, "BLOCK", 1)
    bought, viewed = Measure("Order Completed"), Measure("Product Viewed")
    asked = (
        Row("a", EventTest(viewed), "x"),
        Row("b", EventTest(bought), "x"),
        Row("c", EventTest(viewed, "at_least", 2), "x"),
        Row("d", Member("vip"), "x"),
        Row("e", Member("new"), "x"),
    )
    found = matrices.compile(Matrix(asked), {bought: "b", viewed: "v"})
    assert found.measures == (viewed, bought)
    assert found.segments == {"vip", "new"}
    assert found.attributes == frozenset()


def test_an_aggregate_has_a_then_and_no_row():
    valued = tuple(Row(f"r{i}", Member("vip"), values=(("x", i),)) for i in range(4))
    summing = Matrix(valued, "collect", aggregate="sum", limit=2)
    found = matrices.compile(summing, {})
    assert found.decide(VIP, "u") == Choice(None, {"values": {"x": 6}}, None, "matched")
    assert found.decide(Facts(), "u") == Choice(None, {"values": {"x": 0}}, None, "nothing")
    assert [row["chosen"] for row in found.explain(VIP, "u")] == [True] * 4
    declared = Matrix(valued, "collect", aggregate="sum",
                      outputs=(Output("x"), Output("y", default=3)))  # fmt: skip
    told = matrices.compile(declared, {})
    assert told.decide(VIP, "u").then == {"values": {"x": 6, "y": 0}}
    assert told.decide(Facts(), "u") == Choice(None, {"values": {"y": 3}}, None, "nothing")


def test_defaults_are_told_where_there_are_some():
    outputs = (Output("x"), Output("y", default=(1, 2)), Output("z", default=0))
    found = matrices.compile(Matrix(rows(0), outputs=outputs), {})
    wanted = {"values": {"y": [1, 2], "z": 0}}
    assert found.decide(Facts(), "u") == Choice(None, wanted, None, "nothing")
    assert (
        matrices.compile(Matrix(rows(0), outputs=outputs[:1]), {}).decide(Facts(), "u") == NOTHING
    )
