"""Wall times in zones: what they mean, and that a time that is none or two is never guessed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import appointments
from rules.errors import InvalidError

ZONES = (
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata",
    "Africa/Casablanca", "America/Sao_Paulo", "UTC",
)  # fmt: skip


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def refusal(wall: str, zone: str = "Europe/Berlin", which: str = "") -> InvalidError:
    with pytest.raises(InvalidError) as raised:
        appointments.instant(wall, zone, which)
    return raised.value


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2026-03-28T09:00", "2026-03-28T08:00Z"),
        ("2026-03-29T09:00", "2026-03-29T07:00Z"),
        ("2026-10-24T09:00", "2026-10-24T07:00Z"),
        ("2026-10-25T09:00", "2026-10-25T08:00Z"),
        ("2026-03-29T01:59", "2026-03-29T00:59Z"),
        ("2026-03-29T03:00", "2026-03-29T01:00Z"),
        ("2026-10-25 03:00:00", "2026-10-25T02:00Z"),
    ],
)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_a_change(wall: str, instant: str):
    assert appointments.instant(wall, "Europe/Berlin") == utc(instant)


@pytest.mark.parametrize(
    ("wall", "zone", "following"),
    [
        ("2026-03-29T02:00", "Europe/Berlin", "2026-03-29T03:00 (UTC+02:00)"),
        ("2026-03-29T02:30", "Europe/Berlin", "2026-03-29T03:00 (UTC+02:00)"),
        ("2026-03-08T02:30", "America/New_York", "2026-03-08T03:00 (UTC-04:00)"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-04T02:30 (UTC+11:00)"),
        ("2011-12-30T12:00", "Pacific/Apia", "2011-12-31T00:00 (UTC+14:00)"),
    ],
)
def test_a_time_that_is_skipped_is_refused_with_the_next_one(wall: str, zone: str, following: str):
    fault = refusal(wall, zone, "later")
    assert (fault.code, fault.at) == ("gap", "/at")
    assert following in fault.message


def test_a_time_that_is_shown_twice_asks_which():
    fault = refusal("2026-10-25T02:30")
    assert (fault.code, fault.at) == ("twice", "/which")
    assert "earlier (UTC+02:00) or later (UTC+01:00)" in fault.message
    first = appointments.instant("2026-10-25T02:30", "Europe/Berlin", "earlier")
    second = appointments.instant("2026-10-25T02:30", "Europe/Berlin", "later")
    assert (first, second) == (utc("2026-10-25T00:30Z"), utc("2026-10-25T01:30Z"))


@pytest.mark.parametrize("wall", ["", "soon", "2026-13-01T00:00", "2026-01-01T00:00Z",
                                  "2026-01-01T00:00+01:00", "2026-01-01", "0001-01-01T00:00",
                                  "9999-12-31T23:59", "\uff12026-01-01T00:00"])  # fmt: skip
def test_what_is_no_wall_time_is_refused(wall: str):
    assert refusal(wall).code == "time"


@pytest.mark.parametrize("zone", ["", "visitor", "site", "Nowhere", "../etc/passwd", "right/UTC"])
def test_what_is_no_zone_is_refused(zone: str):
    assert refusal("2026-01-01T00:00", zone).code == "zone"


@given(st.integers(0, 60 * 24 * 366 * 20), st.sampled_from(ZONES))
def test_every_instant_is_found_again_by_its_wall_time(minutes: int, zone: str):
    """Against a naive look at the clocks themselves: both readings, an hour and more around."""
    moment = datetime(2010, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    wall = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    shown = [
        moment + timedelta(minutes=shift)
        for shift in range(-180, 181, 30)
        if (moment + timedelta(minutes=shift))
        .astimezone(ZoneInfo(zone))
        .replace(tzinfo=None, fold=0)
        == wall
    ]
    found = [appointments.instant(wall.isoformat(), zone, which) for which in ("earlier", "later")]
    assert found == [utc(shown[0].isoformat()), utc(shown[-1].isoformat())]
    if len(shown) > 1:
        assert refusal(wall.isoformat(), zone).code == "twice"
    named = " UTC" if zone == "UTC" else f"({zone}, UTC"
    assert named in appointments.said(found[0], zone)
