"""Profile-major masks hold what each condition says, and their difference is who moves."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules import compiler
from rules.columns import memberships, truths
from rules.columns.coded import Coded, constant, flags
from rules.columns.gathering import column, gather
from rules.columns.mixed import Mixed
from rules.columns.numbers import Numbers
from rules.columns.places import Places
from rules.columns.program import Program
from rules.columns.table import Columns
from rules.columns.tags import Tags
from rules.conditions import All, Any, Everyone, Member, Not, Test
from rules.errors import InvalidError
from rules.facts import Facts
from rules.parser import parse
from rules.scopes import Scope
from tests.rules import made, populations

conditions = st.lists(made.conditions, max_size=70)


def parsed(documents):
    return {str(i): parse(said, scope=Scope.MATRIX) for i, said in enumerate(documents)}


def bit(bits, row, segment):
    return bool(int(bits[row, segment // 64]) >> segment % 64 & 1)


@settings(max_examples=40)
@given(conditions, st.integers(0, 2**32))
def test_a_bit_is_set_exactly_where_its_condition_is_true(documents, seed):
    asked = parsed(documents)
    people = populations.crowd(seed, {}, 20)
    bits = memberships.memberships(asked, gather(people, {}))
    assert bits.shape == (20, max(1, -(-len(asked) // 64)))
    for segment, condition in enumerate(asked.values()):
        answer = compiler.compile(condition, {})
        for row, facts in enumerate(people):
            assert bit(bits, row, segment) is (answer(facts) is True)
    assert memberships.totals(bits, len(asked)).sum() == np.bitwise_count(bits).sum()


@settings(max_examples=20)
@given(st.lists(made.conditions, min_size=1, max_size=20), st.integers(0, 2**32))
def test_parts_of_any_length_give_the_same_masks(documents, seed):
    asked, columns = parsed(documents), gather(populations.crowd(seed, {}, 23), {})
    whole = memberships.memberships(asked, columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("rules.columns.program._ROWS", 5)
        assert np.array_equal(memberships.memberships(asked, columns), whole)
        assert len(list(memberships.streamed(asked, columns))) == 5


@pytest.mark.parametrize("seed", range(5))
def test_moves_are_what_comparing_bit_by_bit_finds(seed):
    source = Random(seed)
    old, new = (
        np.array([[source.getrandbits(64) for _ in range(3)] for _ in range(11)], np.uint64)
        for _ in range(2)
    )
    new[4] = old[4]
    found = memberships.moves(old, new)
    assert list(zip(found.row, found.segment, found.entered, strict=True)) == [
        (row, segment, bit(new, row, segment))
        for row in range(11)
        for segment in range(192)
        if bit(old, row, segment) is not bit(new, row, segment)
    ]


def test_nothing_moves_where_nothing_changed():
    bits = np.array([[5], [2**63]], np.uint64)
    assert [len(each) for each in memberships.moves(bits, bits)] == [0, 0, 0]


def test_a_segment_is_as_the_columns_tell_it_and_else_follows_its_condition():
    pro = Test("traits.plan", "equals", "pro")
    asked = {"pro": pro, "others": Not(Member("pro")), "both": All((Member("pro"), Everyone()))}
    plans = column(["pro", "free", None])
    assert memberships.memberships(asked, Columns(3, {"traits.plan": plans})).ravel().tolist() == [
        0b101,
        0b010,
        0b010,
    ]
    told = Columns(3, {"traits.plan": plans}, {"pro": constant(False, 3)})
    assert memberships.memberships(asked, told).ravel().tolist() == [0b011, 0b010, 0b010]


def test_a_segment_nobody_tells_of_is_unknown():
    true, known = truths.compile(Not(Member("stranger")), Columns(2))
    assert (true.tolist(), known.tolist()) == ([False, False], [False, False])


def test_segments_in_a_circle_are_refused_by_name():
    asked = {"a": Member("b"), "b": Not(Member("a"))}
    with pytest.raises(InvalidError, match="circle") as raised:
        memberships.memberships(asked, Columns(1))
    assert raised.value.code == "circle"


def test_a_membership_may_be_unknown_to_the_columns():
    members = flags(np.array([True, False, True]), np.array([True, True, False]))
    columns = Columns(3, {}, {"vip": members})
    true, known = truths.compile(Not(Member("vip")), columns)
    assert (true.tolist(), known.tolist()) == ([False, True, False], [True, True, False])


@settings(max_examples=30)
@given(st.lists(made.conditions, min_size=1, max_size=5), st.integers(0, 2**32))
def test_counts_are_how_many_say_yes_and_how_many_nobody_knows(documents, seed):
    asked, people = parsed(documents), populations.crowd(seed, {}, 20)
    found = truths.count(asked, gather(people, {}))
    for name, condition in asked.items():
        told = [compiler.compile(condition, {})(facts) for facts in people]
        assert found[name] == (told.count(True), told.count(None))


def test_what_conditions_share_is_asked_once_a_part():
    asked = []

    class Counting:
        def __len__(self):
            return 3

        def known(self, part):
            return ~np.zeros(3, bool)

        def ask(self, question):
            def ask(part):
                asked.append(question)
                return np.array([True, False, True])

            return ask

    adult = Test("traits.age", "at_least", 18)
    program = Program(Columns(3, {"traits.age": Counting()}), {})
    for _ in range(3):
        program.add(Any((All((adult, Member("vip"))), Not(adult))))
        program.add(adult)
    assert [list(map(bool, mask)) for mask in program.run(slice(0, 3))][1] == [True, False, True]
    assert sorted(question.wanted for question in asked) == [False, True]


def test_columns_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"traits\.x"):
        Columns(2, {"traits.x": column([1])})


def test_masks_of_another_length_and_arrays_of_another_kind_are_refused():
    short = np.array([True])
    for make in (
        lambda: Numbers(np.array([1, 2]), short),
        lambda: Places(np.zeros(2), np.zeros(2), short),
        lambda: Tags(np.zeros((1, 2), np.uint64), ("a",), short),
        lambda: Tags(np.zeros((1, 2), np.uint64), tuple(map(str, range(65)))),
        lambda: Numbers(np.array([1, 2], np.int32)),
        lambda: Coded(np.array([0]), ("pro",)),
        lambda: Mixed([constant(1, 2), constant(1, 3)]),
    ):
        with pytest.raises(ValueError, match="expected"):
            make()


def test_a_number_that_is_none_is_unknown_as_at_the_edge():
    values = np.array([1.5, np.nan, np.inf, -np.inf, 2.0])
    for known in (None, np.array([True, True, True, True, False])):
        columns = Columns(5, {"traits.x": Numbers(values, known)})
        for condition in (Test("traits.x", "at_least", 1), Test("traits.x", "not_in", (7, 9))):
            true, sure = truths.compile(condition, columns)
            assert true.tolist() == sure.tolist() == [True, False, False, False, known is None]


def test_facts_of_two_instants_are_refused():
    with pytest.raises(ValueError, match="instant"):
        gather([Facts(now=1), Facts(now=2)], {})


def test_nobody_at_all_is_answered_too():
    columns = gather([], {})
    assert truths.count({"all": Everyone()}, columns) == {"all": (0, 0)}
    assert memberships.memberships({"all": Everyone()}, columns).shape == (0, 1)


def test_a_measure_without_a_window_is_refused_as_by_the_compiler():
    with pytest.raises(InvalidError, match="window"):
        truths.compile(parse({"event": "A"}, scope=Scope.SEGMENT), Columns(1))


def test_what_no_column_can_tell_is_refused():
    held = parse({"has_been": {"everyone": True}, "for": "30m"}, scope=Scope.SEGMENT)
    with pytest.raises(InvalidError) as raised:
        truths.compile(held, Columns(1))
    assert raised.value.code == "unsupported"


@pytest.mark.parametrize("pool", [*populations.TOLD.values(), [2**53 + 1, 0.5], [2**53, 0.5]])
def test_what_comes_out_of_a_column_is_what_went_in(pool):
    told = [value for value in [*pool, None] if type(value) is not list]
    found, codes = column(told).distinct(slice(0, len(told)))
    for value, code in zip(told, codes, strict=True):
        back = found[code]
        if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
            assert sorted(back) == sorted(value)
        else:
            assert repr(back) == repr(value)
