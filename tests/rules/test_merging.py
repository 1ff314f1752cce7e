"""Two editors of one matrix: whatever either did is there, or somebody is asked."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from rules.matrix.merging import WHOLE, merge

Row = dict[str, Any]
FIELDS = ("when", "then", "rollout", "note", "group")

rows = st.builds(
    lambda when, then, rollout: {"when": when, "then": then, "rollout": rollout, "note": ""},
    st.sampled_from(["vip", "new"]),
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from([50, 100]),
)
edit = st.one_of(
    st.tuples(
        st.just("change"), st.integers(0, 9), st.sampled_from(FIELDS), st.sampled_from("xyz")
    ),
    st.tuples(st.just("remove"), st.integers(0, 9)),
    st.tuples(st.just("add"), st.integers(0, 9), rows),
    st.tuples(st.just("move"), st.integers(0, 9), st.integers(0, 9)),
    st.tuples(st.just("whole"), st.sampled_from(WHOLE), st.sampled_from("xyz")),
)
documents = st.builds(
    lambda found: {
        "hit_policy": "first",
        "fallback": ["f"],
        "rows": [{"id": f"r{i}", **row} for i, row in enumerate(found)],
    },
    st.lists(rows, max_size=6),
)


def edited(document: dict[str, Any], edits: list[Any], who: str) -> dict[str, Any]:
    said = {**document, "rows": list(document["rows"])}
    found: list[Row] = said["rows"]
    for number, (kind, *rest) in enumerate(edits):
        if kind == "whole":
            said[rest[0]] = rest[1]
        elif kind == "add":
            found.insert(rest[0] % (len(found) + 1), {"id": f"{who}{number}", **rest[1]})
        elif found and kind == "change":
            at = rest[0] % len(found)
            found[at] = {**found[at], rest[1]: rest[2]}
        elif found and kind == "remove":
            found.pop(rest[0] % len(found))
        elif found and kind == "move":
            found.insert(rest[1] % len(found), found.pop(rest[0] % len(found)))
    return said


def by_id(document: dict[str, Any]) -> dict[str, Row]:
    return {row["id"]: row for row in document["rows"]}


def kept(name: str, before: Row | None, side: Row | None, found: dict[str, Row]) -> None:
    if side is None:
        assert name not in found
    elif before is None:
        assert found[name] == side
    else:
        changed = {field for field in side if side[field] != before.get(field)}
        assert all(found[name][field] == side[field] for field in changed)


@given(documents, st.lists(edit, max_size=6), st.lists(edit, max_size=6))
def test_no_change_of_either_is_lost_unless_somebody_is_asked(base, mine, others):
    ours, theirs = edited(base, mine, "o"), edited(base, others, "t")
    merged = merge(base, ours, theirs)
    asked = {conflict.subject for conflict in merged.conflicts if conflict.kind == "row"}
    for side in (ours, theirs):
        for name in {*by_id(base), *by_id(side)} - asked:
            kept(name, by_id(base).get(name), by_id(side).get(name), by_id(merged.document))
    kinds = {conflict.kind for conflict in merged.conflicts}
    for name in set(WHOLE) - kinds:
        for side in (ours, theirs):
            if side.get(name) != base.get(name):
                assert merged.document.get(name) == side.get(name)


@given(documents, st.lists(edit, max_size=6), st.lists(edit, max_size=6))
def test_who_is_asked_differs_and_each_row_is_there_once(base, mine, others):
    ours, theirs = edited(base, mine, "o"), edited(base, others, "t")
    merged = merge(base, ours, theirs)
    ids = [row["id"] for row in merged.document["rows"]]
    assert len(ids) == len(set(ids))
    for conflict in merged.conflicts:
        assert conflict.ours != conflict.theirs


@given(documents, st.lists(edit, max_size=6))
def test_where_only_one_changed_something_it_is_taken_as_it_is(base, edits):
    changed = edited(base, edits, "o")
    for merged in (merge(base, changed, base), merge(base, base, changed)):
        assert merged.conflicts == ()
        assert merged.document == changed
    assert merge(base, changed, changed).document == changed


@given(documents, st.lists(edit, max_size=6), st.lists(edit, max_size=6))
def test_the_order_of_each_is_kept_where_the_other_did_not_change_it(base, mine, others):
    ours = edited(base, mine, "o")
    theirs = edited(base, [each for each in others if each[0] != "move"], "t")
    merged = merge(base, ours, theirs)
    assert all(conflict.kind != "order" for conflict in merged.conflicts)
    there = {row["id"] for row in merged.document["rows"]}
    mine_in_order = [row["id"] for row in ours["rows"] if row["id"] in there]
    assert [r["id"] for r in merged.document["rows"] if r["id"] in by_id(ours)] == mine_in_order


def test_a_row_one_removed_and_the_other_changed_stays_until_somebody_says():
    row = {"id": "a", "when": "vip", "then": "x"}
    base = {"rows": [row]}
    changed = {"rows": [{**row, "then": "y"}]}
    for ours, theirs in (({"rows": []}, changed), (changed, {"rows": []})):
        merged = merge(base, ours, theirs)
        assert merged.document["rows"] == changed["rows"]
        assert [c.subject for c in merged.conflicts] == ["a"]


def test_columns_are_only_shown_so_both_editors_are_heard():
    base = {"rows": [], "columns": [{"attribute": "traits.a"}, {"attribute": "traits.b"}]}
    ours = {**base, "columns": [*base["columns"], {"attribute": "traits.c"}]}
    theirs = {**base, "columns": [{"attribute": "traits.b"}, {"attribute": "traits.d"}]}
    found = merge(base, ours, theirs)
    assert [c["attribute"] for c in found.document["columns"]] == [
        "traits.b",
        "traits.c",
        "traits.d",
    ]
    assert found.conflicts == ()
