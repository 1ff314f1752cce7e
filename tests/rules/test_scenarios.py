"""Scenarios: what is given and expected is read whole, and what is wrong is named."""

import pytest

from rules.durations import HOUR
from rules.errors import InvalidError
from rules.scenarios import NOON, Expectation, faults, parse

EXPECT = [{"in": ["a"]}]


def test_events_come_in_order_of_time_and_as_often_as_said():
    events = [
        {"at": "2026-01-01T11:59:00Z", "type": "page", "name": "Home"},
        {"ago": "2h", "event": "Viewed", "times": 3, "properties": {"id": 7}},
    ]
    [one] = parse({"scenario": "x", "events": events, "traits": {"plan": "pro"}, "expect": EXPECT})
    assert [event.name for event in one.events] == ["", "Viewed", "Viewed", "Viewed", "Home"]
    assert one.events[0].traits == {"plan": "pro"}
    assert one.events[1].at == NOON - 2 * HOUR
    assert len({event.tie for event in one.events}) == len(one.events)


def test_a_scenario_without_events_is_a_visitor_of_whom_nothing_is_known():
    [one] = parse([{"scenario": "x", "expect": EXPECT}])
    assert (one.now, one.events) == (NOON, ())


def scenario(**said):
    return {"scenario": "x", "expect": EXPECT, **said}


@pytest.mark.parametrize(
    ("said", "at"),
    [
        (7, ""),
        ({"scenario": "x"}, ""),
        (scenario(expect=[{}]), "/expect/0"),
        (scenario(expect=[{"in": "a"}]), "/expect/0/in"),
        (scenario(expect=[{"after": "soon", "in": ["a"]}]), "/expect/0/after"),
        (scenario(expect=[{"shows": {"a/b": 7}}]), "/expect/0/shows/a~1b"),
        (scenario(expect=[{"inn": ["a"]}]), "/expect/0/inn"),
        (scenario(now="noon"), "/now"),
        (scenario(events=[{"event": "A"}]), "/events/0"),
        (scenario(events=[{"event": "A", "ago": "1h", "at": "2026-01-01T00:00:00Z"}]), "/events/0"),
        (scenario(events=[{"event": "A", "at": "2027-01-01T00:00:00Z"}]), "/events/0/at"),
        (scenario(events=[{"ago": "1h"}]), "/events/0/event"),
        (scenario(events=[{"ago": "1h", "type": "alias"}]), "/events/0/type"),
        (scenario(events=[{"ago": "1h", "event": "A", "times": 0}]), "/events/0/times"),
        (scenario(events=[{"ago": "1h", "event": "A", "properties": []}]), "/events/0/properties"),
        (scenario(events=[{"ago": "1h", "event": "A", "times": 1000}] * 11), "/events"),
        ([scenario(), scenario(traits=[])], "/1/traits"),
    ],
)
def test_what_is_wrong_is_named(said, at):
    with pytest.raises(InvalidError) as caught:
        parse(said)
    assert caught.value.at == at
    assert caught.value.message.startswith("expected")


def test_every_difference_is_said():
    expected = Expectation(
        0, ("in", "out", "none"), ("in", "out"), (("s", "a"), ("t", None), ("u", "a"))
    )
    assert faults(expected, {"in": True, "out": False}, {"s": "b", "t": "c"}) == [
        'expected in segment "out", and is not',
        'expected a segment "none", and there is none',
        'expected not in segment "in", and is',
        'expected s to show "a", and it is "b"',
        'expected t to show nothing, and it is "c"',
        'expected a matrix for the slot "u", and there is none',
    ]
