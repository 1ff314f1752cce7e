"""Values reach their canonical form once, and what has none is unknown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import durations
from rules.errors import InvalidError
from rules.registry import Shelf
from rules.values import TYPES, canonical, kind_of, scaled, unscaled


@given(st.integers(1, durations.LONGEST))
def test_a_duration_comes_back_as_it_went(length):
    assert durations.parse(durations.text(length)) == length


@pytest.mark.parametrize(
    "text", ["", "7", "d", "1y", "P", "PT", "P1Y", "-1d", "0s", "1.5h", 3, "٣d"]
)
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(InvalidError):
        durations.parse(text)


def test_iso_durations_are_the_same_lengths():
    assert durations.parse("P1DT2H3M4.5S") == 93_784_500_000
    assert durations.parse("P2W") == durations.parse("14d")


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), True, "1", None, 2**70]
)
def test_what_is_no_finite_number_is_unknown(value):
    assert canonical("number", value) is None


@pytest.mark.parametrize("value", [10**12 + 1, -1e13])
def test_a_number_out_of_an_aggregates_range_is_refused_by_name(value):
    with pytest.raises(InvalidError) as caught:
        scaled(value)
    assert caught.value.code == "out_of_range"


@given(st.integers(-(10**18), 10**18))
def test_millionths_come_back_exactly_within_a_doubles_reach(millionths):
    assert abs(scaled(unscaled(millionths)) - millionths) <= abs(millionths) // 2**52


@given(
    st.sampled_from(TYPES),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
)
def test_any_json_has_a_canonical_form_or_is_unknown_and_settles(kind, raw):
    value = canonical(kind, raw)
    assert canonical(kind, value) == value
    kind_of(raw)


def test_values_of_each_type_are_brought_to_their_form():
    assert canonical("datetime", "2026-01-01T01:00:00+01:00") == canonical("datetime", "2026-01-01")
    assert canonical("ip", "2001:DB8:0::1") == "2001:db8::1"
    assert canonical("location", {"latitude": 52.5, "longitude": 13}) == (52.5, 13.0)
    assert canonical("location", [91, 0]) is None
    assert canonical("list", ["a", None, 2.0, float("nan"), {}]) == ("a", 2)
    assert canonical("version", "1.2") == "1.2"
    assert canonical("version", "one") is None
    assert canonical("boolean", 1) is None


def test_a_name_on_a_shelf_is_taken_once():
    shelf = Shelf("rules.operators")
    shelf.put("a", 1)
    with pytest.raises(ValueError, match="taken"):
        shelf.put("a", 2)
