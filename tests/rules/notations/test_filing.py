"""Whatever the matrix: taken from its own file it is the same; every fault is told at its cell."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personalization.flows import cells
from rules import filing
from rules.errors import InvalidError
from rules.grid.contrast import contrast
from rules.matrix.document import Matrix, parse
from tests.rules.notations.tables import matrices

NOTATIONS = sorted(filing.tables())
BAD = {"traits.age": ">= x", "rollout": "much", "priority": "high", "enabled": "maybe"}
few = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def untouched(matrix: Matrix, notation: str) -> None:
    try:
        body = filing.written(notation, matrix)
    except InvalidError:
        if notation != "dmn":
            raise
        return
    taken = filing.taken(body, f"a-r1.{notation}", matrix)
    assert (taken.faults, taken.notes, taken.matrix) == ((), (), matrix)
    sheet = cells.sheet(matrix)
    assert taken.matrix is not None
    again = cells.sheet(taken.matrix)
    assert contrast(sheet["headings"], sheet["rows"], again["rows"]).lines == ()


@pytest.mark.parametrize("notation", NOTATIONS)
@given(matrix=matrices)
@few
def test_what_was_written_and_taken_differs_in_nothing(notation, matrix):
    untouched(matrix, notation)


@pytest.mark.nightly
@pytest.mark.parametrize("notation", NOTATIONS)
@given(matrix=matrices)
@settings(parent=few, max_examples=3000)
def test_it_differs_in_nothing_in_a_long_search(notation, matrix):
    untouched(matrix, notation)


@given(st.lists(st.sets(st.sampled_from(sorted(BAD))), max_size=6))
@settings(max_examples=100, deadline=None)
def test_every_wrong_cell_is_told_and_no_other(wrong):
    heads = ["id", "variant", *BAD]
    lines = [
        [f"r{i}", "x", *(BAD[h] if h in bad else "" for h in BAD)] for i, bad in enumerate(wrong)
    ]
    body = "\n".join(",".join(line) for line in [heads, *lines])
    taken = filing.taken(body.encode(), "", Matrix())
    found = {(each.row, each.column, each.cell, each.said) for each in taken.faults}
    letters = dict(zip(heads, "ABCDEF", strict=True))
    assert found == {
        (i, head, f"{letters[head]}{i}", BAD[head])
        for i, bad in enumerate(wrong, 2)
        for head in bad
    }
    assert (taken.matrix is None) == bool(found)


names = st.permutations("abcdef").flatmap(lambda ids: st.integers(0, 6).map(lambda n: ids[:n]))
rows = names.flatmap(
    lambda ids: st.tuples(
        *(st.sampled_from(["", "1", "2"]).map(lambda v, i=i: {"id": i, "v": v}) for i in ids)
    )
)


@given(rows, rows)
@settings(max_examples=300, deadline=None)
def test_the_difference_is_what_a_naive_look_says_and_moves_as_few_rows_as_can_be(before, after):
    found = contrast(["id", "v"], before, after)
    old, new = ({row["id"]: row["v"] for row in rows} for rows in (before, after))
    said = {
        state: {line.id for line in found.lines if line.state == state} for state in found.counts
    }
    assert said["added"] == new.keys() - old.keys()
    assert said["removed"] == old.keys() - new.keys()
    assert said["changed"] == {i for i in old.keys() & new.keys() if old[i] != new[i]}
    common = [i for i in old if i in new], [i for i in new if i in old]
    assert found.counts["moved"] == len(common[0]) - _longest(*common)
    for line in found.lines:
        assert line.cells[1].was == old.get(line.id, "")
        assert line.cells[1].now == new.get(line.id, "")
    gone = [line.id for line in found.lines if line.after]
    assert gone == [i for i in new if i in gone]


def _longest(one: list[str], other: list[str]) -> int:
    """Return the length of the longest order both share, by trying all."""
    sizes = range(len(one), 0, -1)
    shared = (
        n
        for n in sizes
        for kept in combinations(one, n)
        if [i for i in other if i in kept] == list(kept)
    )
    return next(shared, 0)


def test_the_matrix_of_a_whole_installation_is_untouched_by_every_notation():
    row = {
        "id": "a",
        "when": {
            "all": [
                {"segment": "vip"},
                {"attribute": "traits.age", "operator": "at_least", "value": 3},
            ]
        },
        "then": {"variant": "x"},
    }
    for notation in NOTATIONS:
        untouched(parse({"rows": [row], "fallback": ["b"], "slot": "home.hero"}), notation)
