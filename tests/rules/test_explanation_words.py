"""The words and values an explanation is made of, each on its own."""

from __future__ import annotations

import pytest

from rules.compiler import windowed
from rules.conditions import EventTest, Everyone, HasBeen, Measure, Member, Not
from rules.facts import Facts
from rules.matrix import compiled as matrices
from rules.matrix.document import Matrix, Row
from rules.matrix.explanation import OUTCOMES, outcome, seen
from rules.matrix.schedule import Active
from rules.windows.registry import create
from tests.rules.tables import table

VIP = Facts(segments={"vip": True})


def active(start, until):
    return Active(None, None, "UTC", start, until)


def outcomes(*rows, facts=VIP, unit="u"):
    return [outcome(row, {}, facts, unit) for row in rows]


def test_every_word_for_what_became_of_a_row_is_told_of_some_row():
    vip, later = Member("vip"), active(5, None)
    rows = (
        Row("a", vip),
        Row("b", Not(vip)),
        Row("c", Member("new")),
        Row("d", vip, enabled=False),
        Row("e", vip, active=later),
        Row("f", vip, rollout=0),
    )
    assert tuple(outcomes(*rows)) == OUTCOMES


@pytest.mark.parametrize("now", [4, 5, 8, 9])
def test_a_row_is_in_force_from_its_start_until_before_its_end(now):
    begun, ended = now >= 5, now >= 9
    sides = (active(5, 9), active(5, None), active(None, 9), None)
    rows = [Row(f"r{i}", Everyone(), active=side) for i, side in enumerate(sides)]
    wanted = (begun and not ended, begun, not ended, True)
    words = ["matched" if each else "not_active" for each in wanted]
    assert outcomes(*rows, facts=Facts(now=now)) == words


def test_only_whoever_matched_is_outside_a_share():
    half = Row("half", Member("vip"), rollout=50)
    told = {outcome(half, {}, VIP, f"u{n}") for n in range(40)}
    assert told == {"matched", "outside_rollout"}
    assert {outcome(half, {}, Facts(), f"u{n}") for n in range(40)} == {"unknown"}
    assert {outcome(Row("all", Member("vip")), {}, VIP, f"u{n}") for n in range(40)} == {"matched"}


def test_a_leaf_of_a_segment_tells_the_membership_and_one_of_several_values_tells_none():
    assert [seen(Member(name), {}, VIP) for name in ("vip", "new")] == [True, None]
    assert seen(Member("vip"), {}, Facts(segments={"vip": False})) is False
    assert seen(HasBeen(Member("vip"), 60), {}, VIP) is None


def test_a_leaf_of_events_tells_what_it_counted_and_a_sum_as_people_write_it():
    for kind, value, told in (("count", None, 1), ("sum", 2_500_000, 2.5), ("max", 3_000_000, 3)):
        path = "" if kind == "count" else "properties.total"
        leaf = EventTest(Measure("Order Completed", kind=kind, path=path), "at_least", 1)
        measure = windowed(leaf)
        window = create(measure)
        window.add(1, value, "a")
        facts = Facts(windows={"k": window}, now=2)
        assert seen(leaf, {measure: "k"}, facts) == told
    assert seen(leaf, {measure: "k"}, Facts(now=2)) is None


def test_a_row_that_is_switched_off_tells_no_leaves():
    rows = ({"segment": "vip"}, {"when": {"segment": "vip"}, "enabled": False})
    told = matrices.compile(table(*rows), {}).explain(VIP, "u")
    assert [len(row["leaves"]) for row in told] == [1, 0]
    names = ["row", "index", "outcome", "chosen", "behind", "leaves"]
    assert [list(row) for row in told] == [names] * 2
    assert [row["row"] for row in told] == ["0", "1"]
    assert matrices.compile(Matrix(), {}).explain(VIP, "u") == []
