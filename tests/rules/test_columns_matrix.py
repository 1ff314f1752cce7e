"""Over columns a matrix chooses what it chooses for each profile alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.allocation import fnv1a32, included
from rules.columns import choices, shares
from rules.columns.choices import CONFLICT, NOTHING
from rules.columns.gathering import gather
from rules.columns.shares import laid_out
from rules.columns.table import Columns
from rules.conditions import Everyone, Test
from rules.errors import InvalidError
from rules.matrix import compiled as matrices
from rules.matrix.document import Matrix, Row, parse
from rules.matrix.outcome import Output
from rules.matrix.policies import POLICIES
from rules.matrix.schedule import Active
from tests.rules import made, populations

seeds = st.integers(0, 2**32)
INSTANTS = st.sampled_from([0, 10**15 - 1, 10**15, 10**15 + 1])


def shown(compiled, facts, unit):
    """Name what a visitor sees, whichever rows it came from."""
    if POLICIES[compiled.matrix.hit_policy].several:
        found = [choice.then for choice in compiled.collect(facts, unit)]
    else:
        found = [compiled.decide(facts, unit).then]
    return repr([then for then in found if then] or compiled.matrix.fallback)


def chosen(compiled, facts, unit):
    choice = compiled.decide(facts, unit)
    reasons = {"nothing": NOTHING, "conflict": CONFLICT}
    return reasons.get(choice.reason, choice.index)


@settings(max_examples=60)
@given(made.matrices, seeds, INSTANTS)
def test_every_hit_policy_chooses_as_for_each_profile_alone(said, seed, now):
    matrix = parse(said)
    compiled = matrices.compile(matrix, {})
    people = populations.crowd(seed, {}, 15, now)
    units = [f"unit-{i}" for i in range(len(people))]
    columns = gather(people, {})
    laid = laid_out(units)
    rows = choices.decide(matrix, columns, laid)
    pairs = list(zip(people, units, strict=True))
    assert rows.tolist() == [chosen(compiled, facts, unit) for facts, unit in pairs]
    [(_, bits)] = choices.holding(matrix, columns, laid)
    for row, (facts, unit) in enumerate(pairs):
        held = {i for i in range(len(matrix.rows)) if int(bits[row, 0]) >> i & 1}
        assert held == {choice.index for choice in compiled.collect(facts, unit, 100)}
    assert sum(choices.counts(matrix, rows).values()) == int(np.sum(rows >= 0))


@settings(max_examples=30)
@given(made.matrices, made.matrices, seeds)
def test_who_would_see_something_else_is_who_is_shown_something_else(old, new, seed):
    before, after = parse(old), parse({**new, "fallback": ["baseline"]})
    people = populations.crowd(seed, {}, 15)
    units = [f"unit-{i}" for i in range(len(people))]
    short = parse({**old, "hit_policy": "collect", "limit": 2})
    listed = parse({**new, "hit_policy": "output_order"})
    for one, two in ((before, after), (before, parse(new)), (short, listed), (short, after)):
        found = choices.difference(one, two, gather(people, {}), laid_out(units))
        first, second = (matrices.compile(matrix, {}) for matrix in (one, two))
        assert found.changed.tolist() == [
            shown(first, facts, unit) != shown(second, facts, unit)
            for facts, unit in zip(people, units, strict=True)
        ]


def test_a_row_moved_or_renamed_changes_nobody_who_is_shown_the_same():
    old = Matrix((Row("a", Everyone(), "x"),))
    new = Matrix((Row("c", Test("traits.x", "is_known"), "x"), Row("b", Everyone(), "x")))
    found = choices.difference(old, new, Columns(3))
    assert not found.changed.any()
    assert (found.old.tolist(), found.new.tolist()) == ([0, 0, 0], [1, 1, 1])


def test_another_fallback_or_default_is_something_else_for_whom_no_row_holds():
    none = Test("traits.x", "is_known")
    old = Matrix((Row("a", none, "x"),), fallback=("one",))
    for new in (
        Matrix((Row("a", none, "x"),), fallback=("two",)),
        Matrix((Row("a", none, "x"),), fallback=("one",), outputs=(Output("n", default=5),)),
    ):
        assert choices.difference(old, new, Columns(1)).changed.tolist() == [True]
    assert choices.difference(old, old, Columns(1)).changed.tolist() == [False]


def test_a_conflict_that_was_nothing_shows_the_same_fallback():
    twice = (Row("a", Everyone(), "x"), Row("b", Everyone(), "y"))
    old, new = Matrix(()), Matrix(twice, "unique")
    found = choices.difference(old, new, Columns(1))
    assert (found.old.tolist(), found.new.tolist()) == ([NOTHING], [CONFLICT])
    assert found.changed.tolist() == [False]


def test_a_matrix_that_aggregates_chooses_no_row():
    rows = [{"id": "a", "when": {"everyone": True}, "then": {"values": {"price": 2}}}]
    matrix = parse({"hit_policy": "collect", "aggregate": "sum", "rows": rows})
    with pytest.raises(InvalidError, match="chooses a row"):
        choices.decide(matrix, Columns(1))
    assert [bits.tolist() for _, bits in choices.holding(matrix, Columns(1))] == [[[1]]]


def test_a_unit_is_needed_for_every_profile_where_a_row_is_rolled_out_to_a_part():
    half = Matrix((Row("a", Everyone(), "x", rollout=50),))
    for matrix, units in ((half, None), (half, laid_out(["u"])), (Matrix(), laid_out(["u"]))):
        with pytest.raises(ValueError, match="unit"):
            choices.decide(matrix, Columns(2), units)
    assert choices.decide(Matrix(), Columns(2)).tolist() == [NOTHING, NOTHING]


UNITS = st.lists(st.one_of(st.text(max_size=140), st.from_regex(r"\A[a-f0-9-]{36}\Z")), max_size=20)
PERCENT = st.sampled_from([0, 0.5, 12.34, 50, 99.99, 100])


@settings(max_examples=50)
@given(UNITS, st.text(max_size=10), PERCENT)
def test_shares_are_those_of_the_allocation(units, seed, percent):
    told = [included(seed, unit, percent) for unit in units]
    assert laid_out(units).included(seed, percent).tolist() == told


@settings(max_examples=50)
@given(UNITS, UNITS, st.data())
def test_units_cut_taken_and_joined_are_the_same_units(units, more, data):
    both = [*units, *more]
    start, stop = data.draw(st.tuples(st.integers(0, len(both)), st.integers(0, len(both))))
    picked = data.draw(st.lists(st.sampled_from(range(len(both))) if both else st.nothing()))
    among = data.draw(st.lists(st.booleans(), min_size=len(both), max_size=len(both)))
    laid = laid_out(units).followed(laid_out(more))
    told = [included("seed", unit, 50) for unit in both]
    assert laid.included("seed", 50).tolist() == told
    assert laid.part(slice(start, stop)).included("seed", 50).tolist() == told[start:stop]
    some = laid.take(np.array(picked, np.int64))
    assert some.included("seed", 50).tolist() == [told[row] for row in picked]
    asked = laid.included("seed", 50, np.array(among, np.bool_)).tolist()
    assert asked == [one and wanted for one, wanted in zip(told, among, strict=True)]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 2**32 - 1) | st.integers(0, 200_000), max_size=30))
@example([0, 9, 10, 99_999, 100_000, 2**32 - 1])
def test_a_number_s_hash_is_that_of_its_digits(numbers):
    found = shares._of_decimal(np.array(numbers, np.uint32))
    assert found.tolist() == [fnv1a32(str(number)) for number in numbers]


def test_shares_of_odd_units_are_those_of_the_allocation():
    units = ["", "\0", "a\0", "\0a", "a" * 128, "a" * 129, "é", "𝄞", "\ud800", "10", "010"]
    for seed in ("", "hero", "Größe", "𝄞"):
        for percent in range(0, 101, 7):
            told = [included(seed, unit, percent) for unit in units]
            assert laid_out(units).included(seed, percent).tolist() == told


def test_a_row_is_in_force_from_its_first_instant_and_not_at_its_last():
    rows = (Row("a", Everyone(), "x", active=Active(None, None, "UTC", 5, 8)),)
    told = [choices.decide(Matrix(rows), Columns(1, now=now))[0] for now in (4, 5, 7, 8)]
    assert told == [NOTHING, 0, 0, NOTHING]


def test_lists_differ_only_as_far_as_the_limit():
    old = tuple(Row(str(i), Everyone(), variant) for i, variant in enumerate("xyz"))
    new = (*old[:2], Row("2", Everyone(), "other"))
    for limit, changed in ((1, False), (2, False), (3, True)):
        one, two = (Matrix(rows, "collect", limit=limit) for rows in (old, new))
        assert choices.difference(one, two, Columns(1)).changed.tolist() == [changed]
