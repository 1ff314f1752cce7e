"""When a row is in force: on clocks that skip an hour or show it twice, to the microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from rules.errors import InvalidError
from rules.facts import Facts
from rules.matrix import compiled
from rules.matrix.document import parse as matrix
from rules.matrix.explanation import outcome
from rules.matrix.schedule import document, parse


def at(year, month, day, hour=0, minute=0, offset=0.0):
    """An instant, told by a clock that is so many hours before UTC's."""
    zone = timezone(timedelta(hours=offset))
    since = datetime(year, month, day, hour, minute, tzinfo=zone) - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(microseconds=1)


WALLS = {
    "plain": ("Europe/Berlin", "2026-12-01T08:00", at(2026, 12, 1, 8, offset=1)),
    "before the skip": ("Europe/Berlin", "2026-03-29T01:59", at(2026, 3, 29, 1, 59, offset=1)),
    "the skip's first minute": ("Europe/Berlin", "2026-03-29T02:00", at(2026, 3, 29, 3, offset=2)),
    "in the skip": ("Europe/Berlin", "2026-03-29T02:30", at(2026, 3, 29, 3, 30, offset=2)),
    "after the skip": ("Europe/Berlin", "2026-03-29T03:00", at(2026, 3, 29, 3, offset=2)),
    "twice: the first": ("Europe/Berlin", "2026-10-25T02:30", at(2026, 10, 25, 2, 30, offset=2)),
    "its last minute": (
        "Europe/Berlin",
        "2026-10-25T02:59",
        at(2026, 10, 25, 2, 59, offset=2),
    ),
    "after twice": ("Europe/Berlin", "2026-10-25T03:00", at(2026, 10, 25, 3, offset=1)),
    "half an hour": ("Asia/Kolkata", "2026-06-01T00:00", at(2026, 6, 1, offset=5.5)),
    "three quarters": ("Asia/Kathmandu", "2026-06-01T00:00", at(2026, 6, 1, offset=5.75)),
    "half an hour skipped": (
        "Australia/Lord_Howe",
        "2026-10-04T02:15",
        at(2026, 10, 4, 2, 45, offset=11),
    ),
    "half an hour twice": (
        "Australia/Lord_Howe",
        "2026-04-05T01:45",
        at(2026, 4, 5, 1, 45, offset=11),
    ),
    "a day that was skipped": (
        "Pacific/Apia",
        "2011-12-30T12:00",
        at(2011, 12, 30, 12, offset=-10),
    ),
}


@pytest.mark.parametrize("name", WALLS)
def test_a_wall_time_is_one_instant(name):
    zone, wall, instant = WALLS[name]
    assert parse({"from": wall, "zone": zone}, "").start_at == instant
    assert parse({"until": wall, "zone": zone}, "").until_at == instant
    assert document(parse({"from": wall, "zone": zone}, "")) == {
        "from": wall,
        "until": None,
        "zone": zone,
    }


WINDOWS = {
    "plain": ("2026-12-01T08:00", "2026-12-01T09:00", "Europe/Berlin", 60),
    "over the skip": ("2026-03-29T01:30", "2026-03-29T03:30", "Europe/Berlin", 60),
    "over the hour twice": (
        "2026-10-25T01:30",
        "2026-10-25T03:30",
        "Europe/Berlin",
        180,
    ),
    "until within it": ("2026-10-25T01:30", "2026-10-25T02:30", "Europe/Berlin", 60),
    "a day of 23 hours": ("2026-03-29T00:00", "2026-03-30T00:00", "Europe/Berlin", 23 * 60),
    "a day of 24 hours and a half": (
        "2026-04-05T00:00",
        "2026-04-06T00:00",
        "Australia/Lord_Howe",
        24 * 60 + 30,
    ),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_from_is_in_it_and_until_is_not(name):
    start, until, zone, minutes = WINDOWS[name]
    active = {"from": start, "until": until, "zone": zone}
    row = {"id": "a", "when": {"everyone": True}, "then": {"variant": "x"}, "active": active}
    read = matrix({"rows": [row]})
    found, decide = read.rows[0], compiled.compile(read, {}).decide
    begin, end = found.active.start_at, found.active.until_at
    assert end - begin == minutes * 60_000_000
    for now, held in ((begin - 1, False), (begin, True), (end - 1, True), (end, False)):
        assert (decide(Facts(now=now), "u").row == "a") is held
        assert outcome(found, {}, Facts(now=now), "u") == ("matched" if held else "not_active")


@pytest.mark.parametrize(
    ("said", "place", "code"),
    [
        ({"zone": "Nowhere"}, "/active/zone", "zone"),
        ({"zone": "right/UTC"}, "/active/zone", "zone"),
        ({"zone": 1}, "/active/zone", "type"),
        ({"zone": "x" * 65}, "/active/zone", "length"),
        ({}, "/active", "missing"),
        ({"from": "2026-01-01T00:00", "until": "2026-01-01T00:00"}, "/active/until", "order"),
        ({"from": "2026-01-02T00:00", "until": "2026-01-01T00:00"}, "/active/until", "order"),
        (
            {"from": "2026-03-29T03:30", "until": "2026-03-29T02:30", "zone": "Europe/Berlin"},
            "/active/until",
            "order",
        ),
        ({"from": "noon"}, "/active/from", "instant"),
        ({"until": "2026-01-01T00:00Z"}, "/active/until", "instant"),
        ({"until": "2026-01-01T00:00+01:00"}, "/active/until", "instant"),
        ({"from": "2026-01-01T00:00:30"}, "/active/from", "instant"),
        ({"from": "2026-01-01T00:00:00.000001"}, "/active/from", "instant"),
        ({"from": "2026-02-30T00:00"}, "/active/from", "instant"),
        ({"from": "2" * 41}, "/active/from", "length"),
        ({"from": 5}, "/active/from", "type"),
    ],
)
def test_what_is_no_schedule_is_refused_by_name_and_place(said, place, code):
    said = {"zone": "UTC", **said} if said else said
    with pytest.raises(InvalidError) as caught:
        parse(said, "/active")
    assert (caught.value.at, caught.value.code) == (place, code)
