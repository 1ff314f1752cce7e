"""Where a matrix is cut into parts, what an edit leaves alone, and what a part needs to know."""

from __future__ import annotations

import pytest

from rules.conditions import (
    All,
    Any,
    EventTest,
    Everyone,
    Measure,
    Member,
    Not,
    Same,
    Sequence,
    Step,
    Test,
)
from rules.facts import Facts
from rules.matrix import parts as parting
from rules.matrix.document import Row
from rules.matrix.parts import edited, parts
from rules.matrix.schedule import Active
from rules.parser import parse
from rules.scopes import Scope

VIP = Member("vip")
EITHER = Any((VIP, Test("traits.plan", "equals", "pro")))
"""Two clauses."""


def rows(count, when=VIP, prefix="r"):
    return tuple(Row(f"{prefix}{i}", when, "x") for i in range(count))


def sizes(found):
    return [len(part.rows) for part in found]


def ids(found):
    return [row.id for part in found for row in part.rows]


def small(monkeypatch, **bounds):
    for name, value in bounds.items():
        monkeypatch.setattr(parting, name, value)


def test_the_first_part_is_short_and_every_other_is_long():
    assert sizes(parts(rows(2_048 + 8_192 + 3), {})) == [2_048, 8_192, 3]
    assert sizes(parts((), {})) == []


def test_a_part_is_full_by_its_rows_or_by_its_clauses(monkeypatch):
    small(monkeypatch, FIRST=4, BLOCK=6)
    assert sizes(parts(rows(13), {})) == [4, 6, 3]
    assert sizes(parts(rows(7, EITHER), {})) == [2, 3, 2]
    off = tuple(Row(f"r{i}", EITHER, enabled=False) for i in range(5))
    assert sizes(parts(off, {})) == [4, 1]


def test_masks_that_grow_too_large_end_a_part_at_a_multiple_of_64_rows(monkeypatch):
    ages = tuple(Row(f"r{i}", Test("traits.age", "at_least", i), "x") for i in range(200))
    assert sizes(parts(ages, {})) == [200]
    for heavy, wanted in ((64 * 64, [64, 64, 64, 8]), (64 * 64 + 1, [128, 72])):
        small(monkeypatch, HEAVY=heavy)
        assert sizes(parts(ages, {})) == wanted
    assert parting.HEAVY < 16_000_000 == 16 * 10**6


def test_an_edit_makes_anew_the_one_part_it_touches(monkeypatch):
    small(monkeypatch, FIRST=4, BLOCK=4)
    kept = parts(rows(10), {})
    assert sizes(kept) == [4, 4, 2]
    fresh = rows(1, prefix="new")
    found = edited(kept, 5, 6, fresh, {})
    assert ids(found) == ["r0", "r1", "r2", "r3", "r4", "new0", *(f"r{i}" for i in range(6, 10))]
    assert [one is other for one, other in zip(found, kept, strict=True)] == [True, False, True]
    assert sizes(edited(kept, 10, 10, fresh, {})) == [4, 4, 3]
    assert sizes(edited(kept, 4, 4, fresh, {})) == [5, 4, 2]
    assert sizes(edited(kept, 3, 4, (), {})) == [3, 4, 2]
    assert ids(edited(kept, 8, 9, (), {}))[-2:] == ["r7", "r9"]
    assert sizes(edited((), 0, 0, fresh, {})) == [1]


def test_a_part_that_lost_its_last_row_is_gone(monkeypatch):
    small(monkeypatch, FIRST=1, BLOCK=1)
    kept = parts(rows(3), {})
    assert ids(edited(kept, 1, 2, (), {})) == ["r0", "r2"]
    assert sizes(edited(kept, 1, 2, (), {})) == [1, 1]


@pytest.mark.parametrize(("when", "most"), [(VIP, 6), (EITHER, 3)])
def test_a_part_is_cut_again_only_when_it_grew_by_half(monkeypatch, when, most):
    small(monkeypatch, FIRST=4, BLOCK=4)
    found = parts(rows(1, when), {})
    for number in range(1, most):
        found = edited(found, number, number, rows(1, when, f"n{number}-"), {})
        assert sizes(found) == [number + 1]
    found = edited(found, most, most, rows(1, when, "last"), {})
    assert len(found) == 2
    assert ids(found)[-1] == "last0"


def test_rows_that_are_off_are_in_no_table_and_whole_shares_are_not_asked():
    (part,) = parts((Row("a", VIP, enabled=False), Row("b", VIP), Row("c", VIP, rollout=99)), {})
    assert part.block.tables.owners == (1, 2)
    assert list(part.block.tables.residuals) == [1]
    (edit,) = edited((part,), 1, 2, (Row("d", VIP), Row("e", VIP, rollout=1)), {})
    assert edit.block.tables.owners == (1, 2, 3)
    assert sorted(edit.block.tables.residuals) == [1, 2]


def test_an_edited_row_keeps_its_schedule_and_share():
    kept = parts(rows(2), {})
    timed = Row("t", Everyone(), "x", active=Active(None, None, "UTC", 5, 9))
    shared = Row("s", Everyone(), "x", rollout=50)
    (found,) = edited(kept, 0, 2, (timed, shared), {})
    told = [found.block.rows(Facts(now=now), "u", 9) for now in (4, 5, 8, 9)]
    assert [0 in each for each in told] == [False, True, True, False]
    shown = [1 in found.block.rows(Facts(), f"u{n}", 9) for n in range(40)]
    assert 5 < sum(shown) < 35


def test_a_part_needs_what_its_enabled_rows_ask_and_what_their_operands_read():
    bought, viewed = Measure("Order Completed"), Measure("Product Viewed")
    steps = Sequence((Step("Product Viewed"), Step("Order Completed")))
    same = Same("properties.id", EventTest(viewed, "at_least", 2))
    between = Test("time.now", "before", 9)
    asked = (
        Row("a", All((VIP, Test("traits.age", "at_least", 18), between)), "x"),
        Row("b", Any((EventTest(bought), Not(EventTest(viewed)))), "x"),
        Row("c", All((same, Not(steps), EventTest(bought, "at_least", 3))), "x"),
        Row("d", All((Member("off"), Test("traits.off", "is_known"))), enabled=False),
    )
    keys = {bought: "b", viewed: "v", same: "s", steps: "q"}
    (part,) = parts(asked, keys)
    assert part.needs == (
        frozenset(["traits.age"]),
        frozenset(["vip"]),
        (bought, viewed, same, steps),
    )


@pytest.mark.parametrize("operator", ["time_of_day", "not_time_of_day"])
def test_a_visitors_own_zone_is_among_what_is_needed(operator):
    hours = {"from": "22:00", "until": "06:00", "zone": "visitor"}
    asked = {"attribute": "time.now", "operator": operator, "value": hours}
    (part,) = parts((Row("a", parse(asked, scope=Scope.MATRIX), "x"),), {})
    assert part.needs == (frozenset(["context.timezone"]), frozenset(), ())
