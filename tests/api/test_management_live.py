"""Programs follow one visitor or a whole site live, as the desk's page does and with its rights."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from personalization.events.models import Logged
from personalization.flows import onlooking
from personalization.plant import instants
from tests import estate
from tests.api.test_management import client_of

pytestmark = pytest.mark.django_db
KINDS = {"events": "event", "moves": "move", "decisions": "decision"}


def live(client: Any, **asked: str) -> dict[str, Any]:
    answer = client.get("/api/v1/live", asked)
    assert answer.status_code == 200, answer.json()
    assert answer["Cache-Control"] == "no-store"
    told: dict[str, Any] = answer.json()
    return told


def more(mine: estate.Estate, count: int) -> None:
    """Let the estate's visitor do the same again, so many times."""
    row = Logged.objects.get(site_id=mine.site.pk, message=mine_message(mine))
    for n in range(count):
        row.pk, row.message = None, UUID(int=n + 1)
        row.save(force_insert=True)


def mine_message(mine: estate.Estate) -> UUID:
    first: UUID = Logged.objects.filter(site_id=mine.site.pk).order_by("pk")[0].message
    return first


def ids(told: dict[str, Any]) -> dict[str, list[int]]:
    return {name: [row["id"] for row in told[name]] for name in KINDS}


def test_a_site_s_stream_is_what_the_desk_s_page_is_told(mine):
    client, browser = client_of(mine, "publisher"), estate.signed_in(mine, "publisher")
    told, page = live(client), browser.get("/admin/live/all/").json()
    assert ids(told) == {
        name: [row.get("id", row.get("pk")) for row in page["rows"][kind]]
        for name, kind in KINDS.items()
    }
    for name, kind in KINDS.items():
        for mine_, theirs in zip(told[name], page["rows"][kind], strict=True):
            assert mine_["at"] == instants.to_text(theirs["at"])
            same = mine_.keys() - {"id", *("at", "recorded")}
            assert {key: mine_[key] for key in same} == {key: theirs[key] for key in same}
    assert (told["missed"], told["visitor"]) == ({}, None)
    assert told["counters"] == page["counters"]


def test_one_visitor_is_followed_with_where_they_stand(mine):
    told = live(client_of(mine, "publisher"), visitor="ann")
    page = estate.signed_in(mine, "publisher").get("/admin/live/feed/", {"visitor": "ann"}).json()
    assert [row["name"] for row in told["events"]] == ["Order Completed"]
    assert [row["segment"] for row in told["moves"]] == ["Very important"]
    assert [row["variant"] for row in told["decisions"]] == ["sale"]
    about = told["visitor"]
    assert (about["known"], about["profile"]) == (True, page["profile"])
    assert [one["slug"] for one in about["segments"]] == [one["slug"] for one in page["segments"]]
    assert bool(about["channel"]) == bool(page["channel"])
    nobody = live(client_of(mine, "publisher"), visitor="nobody")
    assert (nobody["visitor"]["known"], ids(nobody)) == (False, {name: [] for name in KINDS})


@pytest.mark.parametrize("whose", [{}, {"visitor": "ann"}])
def test_a_cursor_goes_on_where_an_answer_ended_and_says_what_it_leaves_out(mine, whose):
    client = client_of(mine, "viewer")
    first = live(client, **whose)
    more(mine, 130)
    second = live(client, cursor=first["cursor"], **whose)
    fresh = set(ids(second)["events"]) - set(ids(first)["events"])
    assert len(fresh) + second["missed"]["event"] == 130
    assert len(fresh) == (60 if whose else onlooking.SHOWN)
    third = live(client, cursor=second["cursor"], **whose)
    assert third["missed"] == {"event": 0, "move": 0, "decision": 0}
    assert set(ids(third)["events"]) <= set(range(fresh and max(fresh) + 1))


def test_a_filter_shows_what_it_names_and_nothing_else_also_of_one_visitor(mine):
    client = client_of(mine, "viewer")
    cases = {
        "event": ("Order Completed", "events"),
        "segment": ("vip", "moves"),
        "slot": (mine.slot.key, "decisions"),
    }
    for whose in ({}, {"visitor": "ann"}):
        for name, (value, kind) in cases.items():
            found = ids(live(client, **whose, **{name: value}))
            assert {word for word, rows in found.items() if rows} == {kind}
            assert not any(ids(live(client, **whose, **{name: "never"})).values())


def test_what_is_personal_is_told_only_to_keys_that_may(mine):
    for asked in ({}, {"visitor": "ann"}):
        open_, hidden = (str(live(client_of(mine, r), **asked)) for r in ("publisher", "viewer"))
        assert "'pro'" in open_
        assert "'pro'" not in hidden
    told = live(client_of(mine, "viewer"), visitor=mine.profile.pk.hex)
    assert (told["visitor"]["channel"], told["visitor"]["derived"]) == ("", {})


def test_nobody_else_is_told_anything(mine):
    other = estate.found("other")
    theirs = client_of(other)
    assert theirs.get("/api/v1/live", {"site": "mine"}).status_code == 403
    assert not live(theirs, visitor=mine.profile.pk.hex)["visitor"]["known"]
    assert {row["id"] for row in live(theirs)["events"]}.isdisjoint(
        row["id"] for row in live(client_of(mine))["events"]
    )
    assert Client().get("/api/v1/live").status_code == 401


@pytest.mark.parametrize("said", ["x", "1.2", "1.2.x", "1.2.-3", f"1.2.{'9' * 30}", "1.2.3.4"])
def test_a_cursor_that_is_none_is_refused(mine, said):
    answer = client_of(mine, "viewer").get("/api/v1/live", {"cursor": said})
    assert answer.status_code == 422
    assert answer.json()["error"]["at"] == "/cursor"


def test_no_name_stops_it(mine):
    client = client_of(mine, "viewer")
    for odd in ("\0", "'", "\ud7ff", "x" * 5_000, "%"):
        for name in ("visitor", "event", "segment", "slot", "site"):
            assert client.get("/api/v1/live", {name: odd}).status_code in {200, 403}
