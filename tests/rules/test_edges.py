"""What nobody would miss until it was wrong: defaults, borders, and the words of refusals."""

from __future__ import annotations

import dataclasses

import pytest

from rules import compiler
from rules.allocation import _adds_up, covered, elect, equal_weights, fnv1a32, included, position
from rules.conditions import EventTest, HasBeen, Measure, Member, Same, Test
from rules.errors import InvalidError
from rules.facts import Facts
from rules.stability import Stability, settle
from rules.state import Membership


@pytest.mark.parametrize("kind", ["sum", "avg", "min", "max"])
def test_what_is_aggregated_is_asked_in_millionths(kind):
    measure = Measure("A", kind=kind, path="properties.x")
    assert compiler.operand(EventTest(measure, "at_least", 2)) == 2_000_000
    assert compiler.operand(EventTest(measure, "between", (1, 2.5))) == (1_000_000, 2_500_000)
    assert compiler.operand(EventTest(measure, "is_known", None)) is None


def test_recency_is_asked_in_seconds_and_a_count_in_events():
    assert compiler.operand(EventTest(Measure("A", kind="recency"), "at_least", 2)) == 2_000_000
    assert compiler.operand(EventTest(Measure("A"), "at_least", 2)) == 2
    first = Measure("A", kind="first", path="properties.x")
    assert compiler.operand(EventTest(first, "equals", 2)) == 2


@pytest.mark.parametrize(
    ("condition", "word"),
    [
        (HasBeen(Member("vip"), 5), "has_been"),
    ],
)
def test_what_is_not_run_says_its_own_name(condition, word):
    with pytest.raises(InvalidError) as caught:
        compiler.compile(condition, {})
    assert caught.value.code == "unsupported"
    assert caught.value.message == f"{word} is not run by this version"


def test_a_measure_without_a_key_is_unbound():
    for condition in (EventTest(Measure("A")), Same("properties.x", EventTest(Measure("A")))):
        with pytest.raises(InvalidError) as caught:
            compiler.compile(condition, {})
        assert (caught.value.at, caught.value.code) == ("", "unbound")


def test_a_measure_that_is_unknown_is_asked_only_whether_it_is_known():
    last = Measure("A", kind="last", path="properties.x")
    for operator, value, truth in (
        ("is_known", None, False),
        ("is_unknown", None, True),
        ("equals", 1, None),
        ("not_equals", 1, None),
    ):
        answer = compiler.compile(EventTest(last, operator, value), {last: "k"})
        assert answer(Facts()) is truth, operator


def test_what_is_read_is_what_is_told():
    facts = Facts({"traits.x": 5}, now=7)
    assert compiler.reading("traits.x")(facts) == 5
    assert compiler.reading("traits.y")(facts) is None
    assert compiler.reading("time.now")(facts) == 7
    test = Test("traits.x", "at_least", 5)
    assert compiler.compile(test, {})(facts) is True


def test_a_segment_without_settings_waits_for_nothing_and_cannot_be_changed():
    assert Stability() == Stability(0, 0, 0, None)
    with pytest.raises(dataclasses.FrozenInstanceError):
        Stability().min_stay = 5
    place = Membership()
    assert settle(place, True, 0, Stability(min_stay=1)) == (True, None)
    assert settle(place, False, 0, Stability(min_stay=1)) == (None, 1)


def test_a_share_ends_before_its_percentage():
    unit = next(f"u{i}" for i in range(100_000) if position("s", f"u{i}") == 0.5)
    assert included("s", unit, 50) is False
    assert included("s", unit, 50.01) is True
    last = next(f"u{i}" for i in range(200_000) if position("s", f"u{i}") == 0.9999)
    assert included("s", last, 99.99) is False
    assert included("s", last, 100) is True


def test_a_roll_out_includes_its_end():
    unit = next(f"u{i}" for i in range(10_000) if position("s", f"u{i}", 1) == 0.25)
    assert covered("s", unit, 0.25) is True
    assert covered("s", unit, 0.249) is False
    assert covered("s", unit, 0.25) is covered("s", unit, 0.25, 1)


def test_one_arm_has_it_all_and_none_have_nothing():
    assert (equal_weights(1), equal_weights(0)) == ((1.0,), ())


def test_weights_may_be_off_by_a_hundredth():
    assert _adds_up([0.5, 0.5])
    assert _adds_up([0.99])
    assert _adds_up([0.5, 0.51])
    assert not _adds_up([0.98])
    assert not _adds_up([0.5, 0.52])


def test_half_a_character_is_hashed_as_javascript_does():
    assert fnv1a32("\ud83d") != fnv1a32("\ud83e")
    assert fnv1a32("\ud83d") == ((0x811C9DC5 ^ 0xD83D) * 0x01000193) & 0xFFFFFFFF


def test_a_heavier_arm_is_elected_more_often_in_proportion():
    units = [f"u{i}" for i in range(4_000)]
    heavy = sum(elect("s", unit, {"a": 3, "b": 1}) == "a" for unit in units)
    assert 2_850 < heavy < 3_150
    assert elect("s", "u", {"a": 0}) is None
    assert elect("s", "u", {"a": 0, "b": 0.001}) == "b"
