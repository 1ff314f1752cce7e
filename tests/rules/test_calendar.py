"""Days and periods: the answer changes at midnight of the zone, by time alone and at no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import compiler, horizon
from rules.definitions import Stability, build
from rules.durations import DAY, HOUR
from rules.errors import InvalidError
from rules.facts import Facts
from rules.fold import fold
from rules.parser import parse
from rules.scopes import Scope
from rules.state import Event
from rules.values import canonical

ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]
UNITS = ["day", "week", "month", "quarter", "year"]
periods = st.builds(
    lambda which, unit, zone, negated: {
        "attribute": "traits.x",
        "operator": "not_this_period" if negated else "this_period",
        "value": {"which": which, "unit": unit, "zone": zone},
    },
    st.sampled_from(["last", "this", "next"]),
    st.sampled_from(UNITS),
    st.sampled_from(ZONES),
    st.booleans(),
)
yearly = st.builds(
    lambda days, zone: {
        "attribute": "traits.x",
        "operator": "anniversary",
        "value": {"within_days": days, "zone": zone},
    },
    st.sampled_from([0, 1, 7, 30, 364, 365]),
    st.sampled_from(ZONES),
)
START = canonical("datetime", "2023-12-30T00:00:00Z")
instants = st.builds(
    lambda day, within: START + day * DAY + within,
    st.integers(0, 800),
    st.sampled_from([0, 1, HOUR, 5 * HOUR, 12 * HOUR, DAY - 1]),
)


@given(periods | yearly, instants, instants)
def test_the_next_turn_is_where_the_answer_next_changes(said, value, now):
    condition = parse(said, scope=Scope.SEGMENT)
    answer, turn = compiler.compile(condition, {}), horizon.compile(condition, {})
    due = turn(Facts({"traits.x": value}, now=now))
    truth = answer(Facts({"traits.x": value}, now=now))
    last = now + 800 * DAY if due is None else due - 1
    for i in range(40):
        between = now + (last - now) * i // 39
        assert answer(Facts({"traits.x": value}, now=between)) is truth
    if due is not None:
        assert answer(Facts({"traits.x": value}, now=due)) is not truth


def moves(operator, value, born, until):
    said = {"attribute": "traits.born", "operator": operator, "value": value}
    definitions = build({"s": (parse(said, scope=Scope.SEGMENT), Stability())}, {})
    event = Event(START, "a", "identify", "", {}, {}, {"born": born})
    found = fold(None, [event], definitions, canonical("datetime", until)).moves
    return [(move.entered, move.effective_at) for move in found]


def at(text):
    return canonical("datetime", text)


def test_a_birthday_comes_and_goes_at_midnight_of_the_zone():
    found = moves("anniversary", {"zone": "Europe/Berlin"}, "1990-03-31", "2025-06-01T00:00:00Z")
    assert found == [
        (True, at("2024-03-31T00:00:00+01:00")),
        (False, at("2024-04-01T00:00:00+02:00")),
        (True, at("2025-03-31T00:00:00+02:00")),
        (False, at("2025-04-01T00:00:00+02:00")),
    ]


def test_somebody_of_last_month_is_so_for_a_month():
    value = {"which": "last", "unit": "month", "zone": "America/New_York"}
    found = moves("this_period", value, "2024-01-31", "2025-01-01T00:00:00Z")
    assert found == [
        (True, at("2024-02-01T00:00:00-05:00")),
        (False, at("2024-03-01T00:00:00-05:00")),
    ]


@pytest.mark.parametrize("zone", ["visitor", "site", None])
def test_a_segment_names_its_zone(zone):
    value = {"which": "this", "unit": "day"} | ({"zone": zone} if zone else {})
    said = {"attribute": "traits.x", "operator": "this_period", "value": value}
    parse(said, scope=Scope.MATRIX)
    with pytest.raises(InvalidError) as caught:
        parse(said, scope=Scope.SEGMENT)
    assert (caught.value.at, caught.value.code) == ("/value", "scope")


@pytest.mark.parametrize("value", [-(10**18), 10**18, at("0001-01-01"), at("9999-12-31")])
def test_at_the_ends_of_the_calendar_there_is_an_answer_or_none(value):
    for operator, operand in (
        ("this_period", {"which": "next", "unit": "year", "zone": "Asia/Kolkata"}),
        ("anniversary", {"within_days": 365, "zone": "America/New_York"}),
        ("on_date", {"date": "9999-12-31", "zone": "UTC"}),
    ):
        said = {"attribute": "traits.x", "operator": operator, "value": operand}
        condition = parse(said, scope=Scope.SEGMENT)
        for now in (0, value):
            facts = Facts({"traits.x": value}, now=now)
            assert compiler.compile(condition, {})(facts) in (True, False, None)
            horizon.compile(condition, {})(facts)
