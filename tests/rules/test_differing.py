"""Differences in words: nothing of what is the same, and each cell that is otherwise."""

from hypothesis import given
from hypothesis import strategies as st

from rules import differing
from rules.conditions import All, Any, Member, Test
from rules.grid.differing import fields, flat, rows

VIP, NEW = Member("vip"), Member("new")
PRO = Test("traits.plan", "equals", "pro")

tables = st.lists(st.sampled_from("abcdef"), unique=True).flatmap(
    lambda ids: st.tuples(
        *(
            st.builds(
                lambda cell, name=name: {"id": name, **({"country": cell} if cell else {})},
                st.sampled_from(["", "DE", "AT"]),
            )
            for name in ids
        )
    )
)


def test_parts_of_a_list_are_told_one_by_one():
    assert list(differing.conditions(All((VIP, PRO)), All((PRO, NEW)))) == [
        'in segment "vip" -> in segment "new"'
    ]
    assert list(differing.conditions(VIP, Any((VIP, NEW)))) == ['Now also enough: in segment "new"']
    assert list(differing.conditions(All((VIP, PRO)), All((PRO, VIP)))) == []
    whole = list(differing.conditions(All((VIP, PRO)), Any((VIP, PRO))))
    assert len(whole) == 1
    assert whole[0].startswith("Who is meant: ")


def test_rows_that_are_new_gone_moved_and_changed():
    old = [{"id": "a", "country": "DE"}, {"id": "b"}, {"id": "c", "variant": "sale"}]
    new = [{"id": "c", "variant": "sale"}, {"id": "a", "country": "AT"}, {"id": "d", "note": "x"}]
    assert list(rows(old, new)) == [
        "Row 2 is gone: everyone",
        "Row 3 moved to row 1",
        "Row 2, country: DE -> AT",
        "Row 3 is new: note x",
    ]


def test_one_is_not_true_and_long_values_are_cut():
    assert list(fields({"a": 1}, {"a": True})) == ["a: 1 -> True"]
    assert len(next(iter(fields({}, {"a": "x" * 9_000})))) < 200
    assert flat([]) == {"value": []}


@given(tables, tables)
def test_the_same_is_told_as_nothing_and_every_cell_that_differs_is_named(before, after):
    said = list(rows(before, after))
    assert (said == []) == (list(before) == list(after))
    old, new = {r["id"]: r for r in before}, {r["id"]: r for r in after}
    both = old.keys() & new.keys()
    assert sum(" is new: " in one for one in said) == len(new.keys() - old.keys())
    assert sum(" is gone: " in one for one in said) == len(old.keys() - new.keys())
    changed = {name for name in both if old[name] != new[name]}
    assert sum(", country: " in one for one in said) == len(changed)
    moves = sum(" moved to " in one for one in said)
    order = [name for name in new if name in both]
    assert (moves == 0) == (order == [name for name in old if name in both])
    assert moves <= max(0, len(order) - 1)
